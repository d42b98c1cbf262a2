// The open message: its buttons, its head, its body and its attachments.
import { type Message, mailboxOf } from '../../../core/api/mail.ts';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { Delayed } from '../../ui/delayed.tsx';
import { SentWaits } from '../links/sent-waits.tsx';
import { Attachments } from './attachments.tsx';
import { InvitationCard } from './invitation.tsx';
import { MessageBody } from './message-body.tsx';
import { MessageHead } from './message-head.tsx';
import { AnswerActions, BackButton, ReaderActions } from './reader-actions.tsx';

export function ReaderView({ app }: { app: App }) {
  const { mail } = app;
  const { reader } = mail;
  const message = reader.message.value;
  if (reader.id.value === undefined) return <Blank title={text.reader.none} words={text.reader.noneHint} />;
  return (
    <article class="reader" aria-label={text.reader.label}>
      {message ? (
        <Shown app={app} message={message} gone={reader.gone.value} />
      ) : reader.gone.value ? (
        <>
          <BackBar app={app} />
          <p class="note">{text.reader.gone}</p>
        </>
      ) : (
        <Delayed>
          <p class="note">{text.mail.loading}</p>
        </Delayed>
      )}
    </article>
  );
}

function BackBar({ app }: { app: App }) {
  return (
    <div class="actions">
      <BackButton app={app} />
    </div>
  );
}

function Blank({ title, words }: { title: string; words: string }) {
  return (
    <div class="reader blank">
      <h2>{title}</h2>
      <p>{words}</p>
    </div>
  );
}

/** @param gone the message can still be read, but its file is no longer there */
function Shown({ app, message, gone }: { app: App; message: Message; gone: boolean }) {
  const { mail } = app;
  const draft = mail.mailboxes.byId(mailboxOf(message.id))?.role === 'drafts';
  return (
    <>
      {gone ? (
        <>
          <BackBar app={app} />
          <p class="strip" role="alert">
            {text.reader.gone}
          </p>
        </>
      ) : (
        <ReaderActions app={app} message={message} />
      )}
      <MessageHead app={app} message={message} key={message.id} />
      {draft && !gone && (
        <div class="strip">
          <span>{text.reader.draft}</span>
          <Button icon="write" onClick={() => void app.openDraft(message.id)}>
            {text.reader.edit}
          </Button>
        </div>
      )}
      <SentWaits app={app} />
      {message.faults.map(fault => (
        <p key={fault} class="strip quiet">
          {fault}
        </p>
      ))}
      {message.invitation && <InvitationCard invitation={message.invitation} />}
      <MessageBody app={app} message={message} />
      {!gone && <Attachments app={app} message={message} />}
      {!draft && !gone && <AnswerActions app={app} message={message} />}
    </>
  );
}
