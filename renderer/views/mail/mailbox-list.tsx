// The mailboxes; messages can be dropped on them.
import type { Mailbox } from '../../../core/api/mail.ts';
import type { MailModel } from '../../models/mail.ts';
import { mailboxName } from '../../models/mailboxes.ts';
import { text } from '../../text/en.ts';
import { messageDragType } from './message-row.tsx';

export function MailboxList({ mail }: { mail: MailModel }) {
  const { usual, folders } = mail.mailboxes;
  return (
    <nav aria-label={text.mail.mailboxes}>
      <h2>{text.mail.maildir}</h2>
      <Group mail={mail} mailboxes={usual.value} />
      {folders.value.length > 0 && (
        <>
          <h2>{text.mail.folders}</h2>
          <Group mail={mail} mailboxes={folders.value} />
        </>
      )}
    </nav>
  );
}

function Group({ mail, mailboxes }: { mail: MailModel; mailboxes: readonly Mailbox[] }) {
  return (
    <ul>
      {mailboxes.map(mailbox => (
        <li key={mailbox.id}>
          <button
            type="button"
            aria-current={mail.list.mailbox.value === mailbox.id ? 'true' : undefined}
            onClick={() => mail.showMailbox(mailbox.id)}
            {...takesRows(mail, mailbox.id)}
          >
            <span>{mailboxName(mailbox)}</span>
            <Count mailbox={mailbox} />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Handlers for an element that rows may be dropped on. Links, words, files and other windows' rows may not. */
function takesRows(mail: MailModel, to: string) {
  const holdsRows = (event: DragEvent): boolean =>
    mail.dragged.value.length > 0 && event.dataTransfer?.types.includes(messageDragType) === true;
  return {
    onDragOver(event: DragEvent) {
      if (holdsRows(event)) event.preventDefault();
    },
    onDrop(event: DragEvent) {
      event.preventDefault();
      if (!holdsRows(event)) return;
      const ids = mail.dragged.value;
      mail.drag([]);
      void mail.actions.moveTo(to, ids);
    },
  };
}

/** Unread messages; of drafts, all of them. */
function Count({ mailbox }: { mailbox: Mailbox }) {
  const count = mailbox.role === 'drafts' ? mailbox.total : mailbox.unread;
  if (count === 0 || mailbox.role === 'sent' || mailbox.role === 'trash') return null;
  return (
    <span class="count">
      <span aria-hidden="true">{text.number(count)}</span>
      <span class="unseen">{mailbox.role === 'drafts' ? text.mail.counts(0, count) : text.shell.unread(count)}</span>
    </span>
  );
}
