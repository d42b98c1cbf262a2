// The open message: who and when, what can be done with it, what it says, what came with it.
import type { Message } from '../../../core/api/mail.ts';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { fullDate, longDate, peopleNames, personName } from '../../text/format.ts';
import { Button } from '../../ui/button.tsx';
import { Late } from '../../ui/late.tsx';
import { Attachments } from './attachments.tsx';
import { InvitationCard } from './invitation.tsx';
import { MessageBody } from './message-body.tsx';
import { AnswerActions, BackButton, ReaderActions } from './reader-actions.tsx';

export function ReaderView({ app }: { app: App }) {
  const { mail } = app;
  const { reader } = mail;
  const message = reader.message.value;
  if (reader.id.value === undefined) return <Blank title={text.reader.none} words={text.reader.noneHint} />;
  return (
    <article class="reader" aria-label={text.reader.label}>
      {reader.gone.value ? (
        <>
          <BackBar app={app} />
          <p class="note">{text.reader.gone}</p>
        </>
      ) : message ? (
        <Shown app={app} message={message} />
      ) : (
        <Late>
          <p class="note">{text.mail.loading}</p>
        </Late>
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

function Shown({ app, message }: { app: App; message: Message }) {
  const { mail } = app;
  const { reader } = mail;
  const draft = mail.mailboxes.byId(mail.list.mailbox.value)?.role === 'drafts';
  return (
    <>
      <ReaderActions app={app} message={message} />
      <div class="head">
        <h2>{message.subject || text.mail.noSubject}</h2>
        <div class="meta">
          <p class="who">
            <b>{personName(message.from) || text.mail.noSender}</b>
            {message.from.name && <span class="address">{message.from.address}</span>}
          </p>
          <time dateTime={new Date(message.dateMs).toISOString()} title={fullDate(message.dateMs)}>
            {longDate(message.dateMs, app.nowMs.value)}
          </time>
          <p class="whom">
            {message.to.length > 0 && `${text.reader.to} ${peopleNames(message.to)}`}
            {message.cc.length > 0 && `, ${text.reader.cc} ${peopleNames(message.cc)}`}
            {elsewhere(message) && `; ${text.reader.replyTo} ${peopleNames(message.replyTo)}`}
          </p>
          {reader.view.value === 'text' && (
            <label class="fixed-toggle">
              <input
                type="checkbox"
                checked={reader.fixed.value}
                onChange={event => reader.setFixed(event.currentTarget.checked)}
              />
              {text.reader.fixed}
            </label>
          )}
        </div>
      </div>
      {draft && (
        <div class="strip">
          <span>{text.reader.draft}</span>
          <Button icon="write" onClick={() => void app.openDraft(message.id)}>
            {text.reader.edit}
          </Button>
        </div>
      )}
      {message.faults.map(fault => (
        <p key={fault} class="strip quiet">
          {fault}
        </p>
      ))}
      {message.invitation && <InvitationCard invitation={message.invitation} />}
      <MessageBody app={app} message={message} />
      <Attachments app={app} message={message} />
      {!draft && <AnswerActions app={app} message={message} />}
    </>
  );
}

/** True when answers go somewhere else than to the sender. */
function elsewhere({ replyTo, from }: Message): boolean {
  return replyTo.length > 0 && replyTo.some(person => person.address !== from.address);
}
