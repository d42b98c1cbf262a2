// One message's trace, built from its events in the log.
import type { Relation, TracedEvent, TracedMessage } from '../api/trace.ts';
import type { Channel } from '../control/classify.ts';
import { withoutLinkPrefix } from '../control/links/link.ts';
import { wordsOfField } from '../log-lines/field.ts';
import { linkWaitIn } from '../log-lines/link-wait.ts';
import { forwardsIn } from '../log-lines/queue/delivery-end.ts';
import { displayAddress } from '../message/address.ts';
import { shownAnswer } from '../message/shown-answer.ts';
import type { LinkEvents, LinkWait } from './link-events.ts';
import type { LoggedEvent, LoggedMessage } from './logged-messages.ts';

/** The most events and child messages that are kept of one message: enough to read, whatever the size of a mailing list. */
const maxEvents = 1000;

/** When the attempt after a failed one is due. */
export type NextTry = (bornMs: number, startMs: number, channel: Channel) => number;

type AttemptEvent = Extract<TracedEvent, { kind: 'attempt' }>;
type Starting = Extract<LoggedEvent['event'], { kind: 'starting' }>;

/** A message that this one led to. */
export interface ChildLink {
  readonly qp: number;
  readonly how: Relation;
  /** It was accepted between these two times. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface MessageTrace {
  readonly message: LoggedMessage;
  readonly children: readonly ChildLink[];
  /** Deliveries into the Maildirs of links. */
  readonly linkWaits: readonly LinkWait[];
  add(logged: LoggedEvent): void;
  /**
   * @param related what was found about related messages
   * @param links what became of it in the Maildirs of links
   */
  told(related: Pick<TracedMessage, 'arrival' | 'children'>, links: LinkEvents, nextTry: NextTry): TracedMessage;
}

/** How long before its line in the log a bounce may have been accepted. */
export const bounceMs = 60_000;

export function createMessageTrace(message: LoggedMessage): MessageTrace {
  const events: TracedEvent[] = [];
  const open = new Map<number, AttemptEvent>();
  const children: ChildLink[] = [];
  const linkWaits: LinkWait[] = [];
  let more = 0;
  let endMs: number | null = null;

  function keep<T extends TracedEvent>(event: T): T {
    if (events.length < maxEvents) events.push(event);
    else more++;
    return event;
  }

  function addChild(child: ChildLink): void {
    if (children.length < maxEvents) children.push(child);
  }

  function start({ delivery, channel, recipient }: Starting, atMs: number): AttemptEvent {
    return keep<AttemptEvent>({
      kind: 'attempt',
      atMs,
      delivery,
      channel,
      recipient: displayAddress(recipient),
      endMs: null,
      result: null,
      said: '',
      status: null,
      answer: null,
      tls: null,
      nextTryMs: null,
    });
  }

  function add({ event, atMs, attempt }: LoggedEvent): void {
    switch (event.kind) {
      case 'starting':
        open.set(event.delivery, start(event, atMs));
        break;
      case 'fields': {
        const { status, answer } = event;
        const found = open.get(event.delivery);
        if (!found) break;
        found.status = status ?? null;
        found.answer = shownAnswer(answer && { ...answer, words: withoutLastEnd(wordsOfField(answer.words)) });
        break;
      }
      case 'tls': {
        const found = open.get(event.delivery);
        const { why = '', ...tls } = event.tls;
        if (found) found.tls = { ...tls, why: wordsOfField(why) };
        break;
      }
      case 'ended': {
        const found = open.get(event.delivery);
        open.delete(event.delivery);
        if (!found || !attempt) break;
        found.endMs = atMs;
        found.result = event.result;
        found.said = withoutLastEnd(displayAddress(wordsOfField(event.report)));
        if (attempt.channel !== 'local') break;
        const wait = linkWaitIn(event.report);
        if (wait) linkWaits.push({ ...wait, recipient: withoutLinkPrefix(found.recipient), sinceMs: attempt.startMs });
        for (const qp of forwardsIn(event)) addChild({ qp, how: 'forward', fromMs: attempt.startMs, toMs: atMs });
        break;
      }
      case 'held':
      case 'released':
      case 'returned':
      case 'deleted':
        keep({ kind: event.kind, atMs, channel: event.channel, recipient: displayAddress(event.recipient) });
        break;
      case 'bounce':
      case 'delay':
      case 'success':
        keep({ kind: event.kind, atMs, qp: event.qp });
        addChild({ qp: event.qp, how: event.kind, fromMs: atMs - bounceMs, toMs: atMs });
        break;
      case 'triple bounce':
        keep({ kind: 'triple bounce', atMs });
        break;
      case 'end':
        endMs = atMs;
        break;
    }
  }

  return {
    message,
    children,
    linkWaits,
    add,
    told(related, links, nextTry) {
      setNextTries(events, message, endMs, nextTry);
      const { info, messageId } = message;
      return {
        id: message.id,
        whole: message.whole,
        bornMs: message.seenMs,
        endMs,
        sender: info ? displayAddress(info.sender) : null,
        sizeBytes: info?.sizeBytes ?? null,
        qp: info?.qp ?? null,
        uid: info?.uid ?? null,
        messageId: messageId === undefined ? null : displayAddress(messageId),
        events: [...events, ...links.events].sort((a, b) => a.atMs - b.atMs),
        more,
        waits: [...links.waits],
        ...related,
      };
    },
  };
}

/** A deferral was followed by the next attempt in the log, or will be by the one that the schedule gives. */
function setNextTries(
  events: readonly TracedEvent[],
  message: LoggedMessage,
  endMs: number | null,
  nextTry: NextTry,
): void {
  const nextStart = new Map<string, number>();
  for (const event of events.toReversed()) {
    if (event.kind !== 'attempt') continue;
    const key = `${event.channel} ${event.recipient}`;
    if (event.result === 'deferral') {
      const foreseen = endMs === null && message.whole ? nextTry(message.seenMs, event.atMs, event.channel) : null;
      event.nextTryMs = nextStart.get(key) ?? foreseen;
    }
    nextStart.set(key, event.atMs);
  }
}

function withoutLastEnd(text: string): string {
  return text.replace(/\n$/, '');
}
