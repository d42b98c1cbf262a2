// The bar on top: Write, search in the mailbox on screen, and the host's state.
import { useSignal } from '@preact/signals';
import type { App } from '../models/app.ts';
import { mailboxName } from '../models/mail/mailboxes.ts';
import { text } from '../text/en.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { focusList, ids } from './focus.ts';

export function TopBar({ app }: { app: App }) {
  return (
    <header class="top">
      <Button kind="go" icon="write" hotkey="c" onClick={() => void app.write()}>
        {text.shell.write}
      </Button>
      <Search app={app} />
      <HostMark app={app} />
    </header>
  );
}

function Search({ app }: { app: App }) {
  const { list, mailboxes } = app.mail;
  const mailbox = mailboxes.byId(list.mailbox.value);
  const label = mailbox ? text.shell.searchIn(mailboxName(mailbox)) : text.shell.search;
  return (
    <search class="search">
      <Icon name="search" />
      <input
        id={ids.search}
        type="search"
        aria-label={label}
        placeholder={label}
        value={list.query.value}
        onInput={event => {
          app.go('mail');
          list.search(event.currentTarget.value);
        }}
        onKeyDown={event => {
          if (event.key === 'Enter' || event.key === 'ArrowDown') {
            event.preventDefault();
            if (!list.active.value) app.mail.goTo(0, 'pass');
            focusList();
          } else if (event.key === 'Escape') {
            event.preventDefault();
            list.search('');
            focusList();
          }
        }}
      />
      {list.query.value ? (
        <Button kind="quiet" icon="close" iconOnly onClick={() => list.search('')}>
          {text.shell.clearSearch}
        </Button>
      ) : (
        <span class="key" aria-hidden="true">
          <kbd>/</kbd>
        </span>
      )}
    </search>
  );
}

function HostMark({ app }: { app: App }) {
  const shown = useSignal(false);
  const connection = app.connection.state.value;
  const problems = app.host.status.value?.problems ?? [];
  if (connection.kind === 'down' || connection.kind === 'refused')
    return <span class="chip bad">{text.shell.down}</span>;
  if (connection.kind === 'connecting' || !app.host.status.value)
    return <span class="chip">{text.shell.connecting}</span>;
  if (problems.length === 0) return <span class="chip good">{text.shell.up}</span>;
  return (
    <>
      <button type="button" class="chip wait" onClick={() => (shown.value = true)}>
        <Icon name="warn" />
        {text.shell.problems(problems.length)}
      </button>
      {shown.value && (
        <Dialog title={text.shell.troubleTitle} onClose={() => (shown.value = false)}>
          <ul class="problems">
            {problems.map(problem => (
              <li key={problem.text}>{problem.text}</li>
            ))}
          </ul>
          <div class="dialog-end">
            <Button
              onClick={() => {
                shown.value = false;
                app.go('status');
              }}
            >
              {text.shell.allChecks}
            </Button>
            <Button onClick={() => (shown.value = false)}>{text.shell.close}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
