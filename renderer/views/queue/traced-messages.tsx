// Shows what happened to messages, from their arrival to their last recipient, as the log has it.
import { useEffect, useRef } from 'preact/hooks';
import { tlsText } from '../../../core/api/session-tls.ts';
import { splitAtEnd, type TracedEvent, type TracedLink, type TracedMessage } from '../../../core/api/trace.ts';
import type { App } from '../../models/app.ts';
import { linkWaitWords } from '../../models/links/describe-link.ts';
import { text } from '../../text/en.ts';
import { clockTime, duration, fullDate, longDate, size } from '../../text/format.ts';
import { Button } from '../../ui/button.tsx';

/** The time of shorter attempts is not shown. */
const shownMs = 1000;

type Attempt = Extract<TracedEvent, { kind: 'attempt' }>;

export function TracedMessages({ app }: { app: App }) {
  const { trace } = app;
  const answer = trace.answer.value;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [answer?.query]);
  if (!answer) return null;
  return (
    <section class="lives" aria-label={text.trace.label}>
      <div class="title">
        <h2 ref={heading} tabIndex={-1}>
          {text.trace.found(answer.messages.length + answer.more, answer.query)}
        </h2>
        <Button kind="quiet" icon="close" onClick={() => trace.close()}>
          {text.shell.close}
        </Button>
      </div>
      {answer.messages.length === 0 && <p class="note">{text.trace.nothing}</p>}
      {answer.messages.toReversed().map(message => (
        <Life key={`${message.id} ${message.bornMs}`} app={app} message={message} />
      ))}
      {answer.more > 0 && <p class="note">{text.trace.older(answer.more)}</p>}
    </section>
  );
}

function Life({ app, message }: { app: App; message: TracedMessage }) {
  const { sender, sizeBytes, bornMs, endMs, waits, children, more } = message;
  const [inQueue, afterwards] = splitAtEnd(message);
  const from = sender === null ? text.trace.unknownSender : sender || text.queue.bounce;
  return (
    <article class="card life" aria-label={text.trace.message(String(message.id))}>
      <h3>{text.trace.facts(from, longDate(bornMs, app.nowMs.value))}</h3>
      <p class="path">
        {text.trace.message(String(message.id))}
        {sizeBytes !== null && `, ${size(sizeBytes)}`}
        {message.messageId !== null && (
          <>
            , <code>{message.messageId}</code>
          </>
        )}
      </p>
      <ol>
        <Moment atMs={bornMs}>
          <Arrival app={app} message={message} />
        </Moment>
        <Events events={inQueue} />
        {more > 0 && <li class="note">{text.trace.moreEvents(more)}</li>}
        {children.map(child => (
          <Moment key={`${child.id} ${child.bornMs}`} atMs={child.bornMs}>
            {text.trace.asChild[child.how]} <OtherMessage app={app} other={child} />
          </Moment>
        ))}
        <Moment atMs={endMs} mark={endMs === null ? 'deferral' : ''}>
          {endMs === null ? text.trace.stillThere : text.trace.end}
        </Moment>
        <Events events={afterwards} />
        {waits.map(({ link, recipient }) => (
          <Moment key={`${link} ${recipient}`} atMs={null} mark="deferral">
            <b>{linkWaitWords(app.links.all.value, [link], app.nowMs.value)}</b>: {recipient}{' '}
            <button type="button" class="link" onClick={() => app.showLink(link)}>
              {text.trace.showLink}
            </button>
          </Moment>
        ))}
      </ol>
    </article>
  );
}

function Events({ events }: { events: readonly TracedEvent[] }) {
  return events.map((event, index) => (
    <Moment key={index} atMs={event.atMs} mark={markOf(event)}>
      <EventWords event={event} />
    </Moment>
  ));
}

const linkMarks = { sent: 'success', deferral: 'deferral', returned: 'failure', dropped: 'failure' } as const;

function markOf(event: TracedEvent): string {
  if (event.kind === 'attempt') return event.result ?? '';
  return event.kind === 'link' ? linkMarks[event.result] : '';
}

function Moment(props: {
  readonly atMs: number | null;
  readonly mark?: string;
  readonly children: preact.ComponentChildren;
}) {
  return (
    <li class={props.mark}>
      {props.atMs === null ? <span /> : <time title={fullDate(props.atMs)}>{clockTime(props.atMs)}</time>}
      <div>{props.children}</div>
    </li>
  );
}

function Arrival({ app, message: { arrival, whole, uid } }: { app: App; message: TracedMessage }) {
  const { kind, from, parent } = arrival;
  if (parent) {
    return (
      <>
        {text.trace.asParent[parent.how]} <OtherMessage app={app} other={parent} />
      </>
    );
  }
  if (kind === 'network') return <>{text.trace.fromNetwork(from ?? '')}</>;
  if (kind === 'injected') return <>{text.trace.injected(String(uid))}</>;
  return <>{whole ? text.trace.arrived : text.trace.beforeLog}</>;
}

function AttemptWords({ attempt }: { attempt: Attempt }) {
  const { channel, recipient, result, said, status, answer, tls, atMs, endMs, nextTryMs } = attempt;
  return (
    <>
      <b>{text.trace.results[result ?? 'none']}</b> {text.trace.to[channel]} {recipient}
      {endMs !== null && endMs - atMs >= shownMs && <small> {text.trace.took(duration(endMs - atMs))}</small>}
      {(status !== null || answer !== null) && <small> {text.trace.answer(status, answer)}</small>}
      {said !== '' && <code>{said}</code>}
      {tls !== null && <small>{text.trace.tls(tlsText(tls))}</small>}
      {nextTryMs !== null && <small>{text.trace.next(clockTime(nextTryMs))}</small>}
    </>
  );
}

function EventWords({ event }: { event: TracedEvent }) {
  if (event.kind === 'attempt') return <AttemptWords attempt={event} />;
  if (event.kind !== 'link') return <>{eventWords(event)}</>;
  return (
    <>
      <b>{text.trace.linkResults[event.result]}</b> {text.trace.overLink(event.link)} {event.recipient}
      {event.said !== '' && <code>{event.said}</code>}
    </>
  );
}

function eventWords(event: Exclude<TracedEvent, Attempt | { kind: 'link' }>): string {
  if (event.kind === 'bounce') return text.trace.bounce;
  if (event.kind === 'delay' || event.kind === 'success') return text.trace.told[event.kind];
  if (event.kind === 'triple bounce') return text.trace.tripleBounce;
  return text.trace.decisions[event.kind](event.recipient);
}

/** A link to another message: a bounce, or what this one was forwarded as. */
function OtherMessage({ app, other }: { app: App; other: TracedLink }) {
  return (
    <button type="button" class="link" onClick={() => void app.trace.ask(String(other.id))}>
      {text.trace.message(String(other.id))}
    </button>
  );
}
