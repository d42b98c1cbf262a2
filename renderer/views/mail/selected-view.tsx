// Shows how many messages are selected and what can be done with all of them: where the reader is or, in a window with
// one pane, as a bar above the list.
import type { App } from '../../models/app.ts';
import { mailboxName } from '../../models/mail/mailboxes.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { MoveTo, PutAway } from './reader-actions.tsx';

export function SelectedView({ app }: { app: App }) {
  const { list, mailboxes } = app.mail;
  const count = list.selection.ids.value.size;
  const total = list.total.value;
  const mailbox = mailboxes.byId(list.mailbox.value);
  const name = mailbox ? mailboxName(mailbox) : list.mailbox.value;
  const found = list.query.value !== '';
  return (
    <section class="reader" aria-label={text.selection.label}>
      <SelectionActions app={app} />
      <div class="selected">
        <h2 aria-live="polite">{text.mail.marked(count)}</h2>
        <p>{found ? text.selection.ofFound(total) : text.selection.of(total, name)}</p>
        <div class="pair">
          {count < total && (
            <Button onClick={() => void list.selection.all()}>
              {found ? text.selection.allFound(total) : text.selection.all(total, name)}
            </Button>
          )}
          <Button kind="quiet" icon="close" onClick={() => list.selection.clear()}>
            {text.mail.unmark}
          </Button>
        </div>
      </div>
    </section>
  );
}

/** Nothing while nothing is selected. */
export function SelectionBar({ app }: { app: App }) {
  return app.mail.list.selection.ids.value.size > 0 ? <SelectionActions app={app} /> : null;
}

function SelectionActions({ app }: { app: App }) {
  const { actions, list } = app.mail;
  const ids = [...list.selection.ids.value];
  return (
    <div class="actions" role="toolbar" aria-label={text.reader.actions}>
      <PutAway app={app} ids={ids} />
      <Button kind="quiet" icon="unread" onClick={() => void actions.setSeen(true, ids)}>
        {text.reader.markRead}
      </Button>
      <Button kind="quiet" icon="unread" onClick={() => void actions.setSeen(false, ids)}>
        {text.reader.markUnread}
      </Button>
      <Button kind="quiet" icon="flag" onClick={() => void actions.setFlagged(true, ids)}>
        {text.reader.flag}
      </Button>
      <Button kind="quiet" icon="flag" onClick={() => void actions.setFlagged(false, ids)}>
        {text.reader.unflag}
      </Button>
      <MoveTo app={app} ids={ids} />
    </div>
  );
}
