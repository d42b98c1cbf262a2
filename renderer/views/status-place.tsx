// The status place: everything that the host looks at, what needs the owner first.
import { useEffect } from 'preact/hooks';
import { type Check, needsOwner, resultWords } from '../../core/api/checks.ts';
import type { App } from '../models/app.ts';
import { text } from '../text/en.ts';
import { clockTime } from '../text/format.ts';
import { Button } from '../ui/button.tsx';
import { Delayed } from '../ui/delayed.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';

export function StatusPlace({ app }: { app: App }) {
  const { checks } = app;
  useEffect(() => void checks.look(), []);
  const words = text.checks;
  const found = checks.found.value;
  const busy = checks.busy.value;
  return (
    <div class="pane checks">
      <header>
        <h1 tabIndex={-1}>{words.title}</h1>
        <Button icon="search" disabled={busy} onClick={() => void checks.look(true)}>
          {words.network}
        </Button>
        <Button kind="go" icon="retry" disabled={busy} onClick={() => void checks.look()}>
          {words.again}
        </Button>
      </header>
      <p class="checks-note">{words.networkHint}</p>
      <p role="status" class="checks-note">
        {busy ? (
          <Delayed>{words.looking}</Delayed>
        ) : (
          found && `${countsOf(found.checks)} · ${words.at(clockTime(found.atMs), found.network)}`
        )}
      </p>
      {found && <Found checks={found.checks} />}
    </div>
  );
}

function Found({ checks }: { checks: readonly Check[] }) {
  const words = text.checks;
  const needs = checks.filter(needsOwner);
  const rest = checks.filter(check => !needsOwner(check));
  return (
    <>
      <h2>{words.needs}</h2>
      {needs.length === 0 ? <p class="checks-note">{words.allFine}</p> : <List label={words.needs} checks={needs} />}
      <h2>{words.rest}</h2>
      <List label={words.rest} checks={rest} />
    </>
  );
}

const icons: Readonly<Record<Check['result'], IconName>> = {
  fine: 'check',
  warning: 'warn',
  wrong: 'refuse',
  unchecked: 'more',
};

function List({ label, checks }: { label: string; checks: readonly Check[] }) {
  return (
    <ul class="icon-list check-list" aria-label={label}>
      {checks.map((check, index) => (
        <li key={index} class={`is-${check.result}`}>
          <Icon name={icons[check.result]} />
          <div>
            <p>
              <b>{resultWords[check.result]}</b> {check.looked}
            </p>
            <p>{check.text}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}

function countsOf(checks: readonly Check[]): string {
  const count = (wanted: Check['result']) => checks.filter(({ result }) => result === wanted).length;
  return text.checks.counts(count('wrong'), count('warning'), count('fine'), count('unchecked'));
}
