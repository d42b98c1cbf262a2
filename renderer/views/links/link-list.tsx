// The links, each with its state and what comes next, and the form for a new one.
import type { LinkStatus } from '../../../core/api/links.ts';
import type { App } from '../../models/app.ts';
import { linkMark, nextWords, progressCounts, waits } from '../../models/links/describe-link.ts';
import { text } from '../../text/en.ts';
import { AccountList } from '../accounts/account-list.tsx';
import { NewName } from '../new-name.tsx';

export function LinkList({ app }: { app: App }) {
  const { links, accounts, nowMs } = app;
  const { make } = text.links;
  return (
    <nav class="addresses link-list" aria-label={text.links.list}>
      <h2>{text.links.list}</h2>
      <ul>
        {links.names.value.map(name => {
          const link = links.all.value?.find(each => each.name === name);
          return (
            <li key={name}>
              <button
                type="button"
                aria-current={accounts.name.value === '' && name === links.name.value ? 'true' : undefined}
                onClick={() => {
                  accounts.choose('');
                  links.choose(name);
                }}
              >
                <span class="mono">{name}</span>
                {link ? <Mark link={link} /> : <span class="chip wait">{text.links.notSaved}</span>}
                {links.editor.edits.value.has(name) && link && (
                  <span class="dot" title={text.links.file.state.changed}>
                    <span class="unseen">, {text.links.file.state.changed}</span>
                  </span>
                )}
                {link && <small>{secondLine(link, nowMs.value)}</small>}
              </button>
            </li>
          );
        })}
      </ul>
      <NewName
        id="new-link"
        button={make.button}
        label={make.label}
        hint={make.hint}
        go={make.go}
        add={name => {
          const wrong = links.add(name);
          if (wrong === undefined) accounts.choose('');
          return wrong;
        }}
      />
      <AccountList app={app} />
    </nav>
  );
}

/** How a link is: a word on a coloured chip. */
export function Mark({ link }: { link: LinkStatus }) {
  const { tone, words } = linkMark(link);
  return <span class={`chip ${tone}`}>{words}</span>;
}

function secondLine(link: LinkStatus, nowMs: number): string {
  if (link.progress) {
    const { done, all } = progressCounts(link);
    return text.links.sending(done, all);
  }
  const all = waits([link]);
  const count = all > 0 ? text.links.waits(all) : '';
  return [count, nextWords(link, nowMs)].filter(part => part !== '').join(' · ');
}
