// The buttons of the open message: above it those that move and mark it, below it those that reply.
import { type Message, mailboxOf } from '../../../core/api/mail.ts';
import type { App } from '../../models/app.ts';
import { mailboxName } from '../../models/mail/mailboxes.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { focusList } from '../focus.ts';

export function ReaderActions({ app, message }: { app: App; message: Message }) {
  const { actions, reader } = app.mail;
  const ids = [message.id];
  const seen = message.flags.includes('S');
  const flagged = message.flags.includes('F');
  return (
    <div class="actions" role="toolbar" aria-label={text.reader.actions}>
      <BackButton app={app} />
      <PutAway app={app} ids={ids} />
      <Button kind="quiet" icon="unread" hotkey="u" onClick={() => void actions.toggleSeen(ids)}>
        {seen ? text.reader.markUnread : text.reader.markRead}
      </Button>
      <Button kind="quiet" icon="flag" hotkey="*" onClick={() => void actions.toggleFlag(ids)}>
        {flagged ? text.reader.unflag : text.reader.flag}
      </Button>
      <MoveTo app={app} ids={ids} />
      <span class="gap" />
      <Segmented
        label={text.reader.view}
        value={reader.view.value}
        onChange={view => reader.showAs(view)}
        options={(['text', 'html', 'source'] as const)
          .filter(view => view !== 'html' || message.html !== null)
          .map(view => ({ value: view, label: text.reader.views[view] }))}
      />
    </div>
  );
}

/** Archive and Delete, for messages of one mailbox. */
export function PutAway({ app, ids }: { app: App; ids: readonly string[] }) {
  const { actions, mailboxes } = app.mail;
  const role = mailboxes.byId(mailboxOf(ids[0] ?? ''))?.role;
  return (
    <>
      {role !== 'archive' && (
        <Button kind="quiet" icon="archive" hotkey="e" onClick={() => void actions.archive(ids)}>
          {text.reader.archive}
        </Button>
      )}
      <Button kind="quiet" icon="trash" hotkey="#" onClick={() => void actions.trash(ids)}>
        {role === 'trash' ? text.reader.removePermanently : text.reader.trash}
      </Button>
    </>
  );
}

/** The way back to the list, where it and the reader share one pane. */
export function BackButton({ app }: { app: App }) {
  if (!app.mail.singlePane.value) return null;
  return (
    <Button
      kind="quiet"
      icon="back"
      label={text.reader.backTo}
      onClick={() => {
        app.mail.closeMessage();
        focusList();
      }}
    >
      {text.reader.back}
    </Button>
  );
}

/** Moves messages of one mailbox to another. */
export function MoveTo({ app, ids }: { app: App; ids: readonly string[] }) {
  const { actions, mailboxes } = app.mail;
  const from = mailboxOf(ids[0] ?? '');
  return (
    <select
      aria-label={text.reader.moveTo}
      value=""
      onChange={event => {
        const to = event.currentTarget.value;
        event.currentTarget.value = '';
        if (to) void actions.moveTo(to, ids);
      }}
    >
      <option value="">{text.reader.moveTo}</option>
      {mailboxes.all.value
        .filter(mailbox => mailbox.id !== from && mailbox.role !== 'drafts')
        .map(mailbox => (
          <option key={mailbox.id} value={mailbox.id}>
            {mailboxName(mailbox)}
          </option>
        ))}
    </select>
  );
}

export function AnswerActions({ app, message }: { app: App; message: Message }) {
  return (
    <div class="answers">
      <Button icon="reply" hotkey="r" onClick={() => void app.answer('reply', message.id)}>
        {text.reader.reply}
      </Button>
      <Button icon="replyAll" hotkey="a" onClick={() => void app.answer('reply-all', message.id)}>
        {text.reader.replyAll}
      </Button>
      <Button icon="forward" hotkey="f" onClick={() => void app.answer('forward', message.id)}>
        {text.reader.forward}
      </Button>
      {message.messageId !== '' && (
        <>
          <span class="gap" />
          <Button kind="quiet" icon="queue" onClick={() => void app.traceMessage(message.messageId)}>
            {text.trace.fromReader}
          </Button>
        </>
      )}
    </div>
  );
}
