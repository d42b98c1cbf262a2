// One account: how it is, when its mail was fetched, what is wrong in plain words, and its file.
import type { AccountStatus } from '../../../core/api/fetch.ts';
import { accountMark } from '../../models/accounts/describe-account.ts';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { listDate, longDate, nextTime, size } from '../../text/format.ts';
import { Button } from '../../ui/button.tsx';
import { Tile } from '../../ui/tile.tsx';
import { AccountEditorView } from './account-editor-view.tsx';

export function AccountPage({ app, name }: { app: App; name: string }) {
  const account = app.accounts.current.value;
  return (
    <section class="link-page" aria-label={text.accounts.actions(name)} key={name}>
      <Head app={app} name={name} account={account} />
      {account && <Errors account={account} nowMs={app.nowMs.value} />}
      {account && <Figures account={account} nowMs={app.nowMs.value} />}
      <AccountEditorView app={app} name={name} />
    </section>
  );
}

function Head({ app: { accounts }, name, account }: { app: App; name: string; account: AccountStatus | undefined }) {
  const mark = account ? accountMark(account) : { tone: 'wait', words: text.accounts.notSaved };
  const isRunning = account?.state === 'fetching';
  return (
    <header class="link-head">
      <h2 tabIndex={-1}>{name}</h2>
      <span class={`chip ${mark.tone}`}>{mark.words}</span>
      {account && account.state !== 'unusable' && (
        <div class="pair">
          {isRunning ? (
            <Button kind="danger" icon="close" onClick={() => void accounts.stop(name)}>
              {text.accounts.stop}
            </Button>
          ) : (
            <Button kind="go" icon="retry" onClick={() => void accounts.fetchNow(name)}>
              {text.accounts.fetchNow}
            </Button>
          )}
        </div>
      )}
      {account && (
        <p class="path">
          <span class="as-it-is">
            {text.accounts.where(account.user, account.host, account.protocol.toUpperCase())}
          </span>
          <span>{text.accounts.forWhom(account.to || 'postmaster')}</span>
        </p>
      )}
    </header>
  );
}

function Errors({ account: { error, remarks }, nowMs }: { account: AccountStatus; nowMs: number }) {
  if (!error && remarks.length === 0) return null;
  return (
    <div class="callout" role="status">
      {error && (
        <p>
          <b>{sentence(error.text)}</b> {text.accounts.since(longDate(error.sinceMs, nowMs))}
        </p>
      )}
      {remarks.map(remark => (
        <p key={remark}>{sentence(remark)}</p>
      ))}
    </div>
  );
}

/** The host's texts are sentences without a full stop, which may begin with the name of a server. */
function sentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

function Figures({ account, nowMs }: { account: AccountStatus; nowMs: number }) {
  const { lastSuccess, nextMs, progress, state } = account;
  const { tiles, tile } = text.accounts;
  const next = state === 'listening' ? tile.whenThere : nextMs === null ? tile.onDemand : nextTime(nextMs, nowMs);
  return (
    <dl class="tiles">
      {progress && (
        <Tile name={tiles.running} value={tile.of(progress.fetched, progress.expected)} more={size(progress.bytes)} />
      )}
      <Tile
        name={tiles.last}
        value={lastSuccess ? listDate(lastSuccess.atMs, nowMs) : tile.never}
        more={lastSuccess ? tile.messages(lastSuccess.fetched) : ''}
      />
      {!progress && <Tile name={tiles.next} value={next} more="" />}
      {lastSuccess !== null && lastSuccess.left > 0 && (
        <Tile name={tiles.left} value={text.number(lastSuccess.left)} more={tile.tooLarge} />
      )}
    </dl>
  );
}
