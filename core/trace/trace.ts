// What happened to a message: its events in the log, the messages that it led to, and the one that led to it. The log is read
// several times, and only what was asked for is kept.
import type { HandlersOf } from '../api/contract.ts';
import type { Relation, TracedLink, TracedMessage } from '../api/trace.ts';
import { withoutLinkPrefix } from '../control/links/link.ts';
import { logField } from '../log-lines/field.ts';
import { forwardsIn } from '../log-lines/queue/delivery-end.ts';
import { addressFromText, lowerAscii } from '../message/address.ts';
import { findLinkEvents } from './link-events.ts';
import type { LoggedEvent, LoggedMessage } from './logged-messages.ts';
import { bounceMs, type ChildLink, createMessageTrace, type MessageTrace, type NextTry } from './message-trace.ts';
import { type ReadLog, readEvents } from './read-events.ts';
import { findSessions, type Session } from './sessions.ts';

export interface TraceDeps {
  /** The delivery log. */
  readonly send: ReadLog;
  /** The session log, which says what client brought the message. */
  readonly sessions: ReadLog;
  readonly nextTry: NextTry;
}

/** The handler of `explain.trace`. */
export function createTrace(deps: TraceDeps): HandlersOf<'explain.trace'> {
  return {
    async 'explain.trace'({ query, limit }) {
      const { keys, more } = await findMessages(deps.send, matcherOf(query), limit);
      const traces = await collect(deps.send, keys);
      const relatives = await findRelatives(deps.send, traces);
      const sessions = await findSessions(deps.sessions, traces);
      const onLinks = await findLinkEvents(
        deps.send,
        traces.map(({ linkWaits }) => linkWaits),
      );
      const messages = traces.map((trace, at) => {
        const { parent, children } = relatives.get(trace) as Relatives;
        const related = { arrival: arrivalOf(trace, sessions.get(trace), parent), children };
        return trace.told(related, onLinks[at] ?? { events: [], waits: [] }, deps.nextTry);
      });
      return { messages, more };
    },
  };
}

type Matches = (logged: LoggedEvent) => boolean;

/** A message number, an address of an envelope, or a Message-ID. */
function matcherOf(query: string): Matches {
  const number = /^#?([1-9]\d*)$/.exec(query)?.[1];
  if (number !== undefined) return ({ message }) => message.id === Number(number);
  const asLogged = logField(addressFromText(query));
  const address = lowerAscii(asLogged);
  const messageId = asLogged.startsWith('<') ? asLogged : `<${asLogged}>`;
  return ({ event }) => {
    if (event.kind === 'message-id') return event.messageId === messageId;
    if (event.kind === 'info') return lowerAscii(event.sender) === address;
    if (!('recipient' in event)) return false;
    const recipient = lowerAscii(event.recipient);
    return recipient === address || withoutLinkPrefix(recipient) === address;
  };
}

/** The newest messages that match: their keys, and when each was first seen. */
async function findMessages(
  read: ReadLog,
  matches: Matches,
  limit: number,
): Promise<{ keys: Map<string, number>; more: number }> {
  const keys = new Map<string, number>();
  let more = 0;
  await readEvents(read, 0, logged => {
    if (keys.has(logged.message.key) || !matches(logged)) return;
    keys.set(logged.message.key, logged.message.seenMs);
    const [oldest] = keys.keys();
    if (keys.size <= limit || oldest === undefined) return;
    keys.delete(oldest);
    more++;
  });
  return { keys, more };
}

async function collect(read: ReadLog, keys: ReadonlyMap<string, number>): Promise<MessageTrace[]> {
  const traces = new Map<string, MessageTrace>();
  if (keys.size === 0) return [];
  await readEvents(read, Math.min(...keys.values()), logged => {
    const { key } = logged.message;
    if (!keys.has(key)) return;
    const trace = traces.get(key) ?? createMessageTrace(logged.message);
    traces.set(key, trace);
    trace.add(logged);
  });
  return [...traces.values()];
}

interface Relatives {
  parent: (TracedLink & { how: Relation }) | undefined;
  readonly children: (TracedLink & { how: Relation })[];
}

/** Reads the log again, for the messages that led to these, and those that these led to. */
async function findRelatives(read: ReadLog, traces: readonly MessageTrace[]): Promise<Map<MessageTrace, Relatives>> {
  const relatives = new Map(traces.map(trace => [trace, { parent: undefined, children: [] } as Relatives]));
  const byQp = Map.groupBy(traces, ({ message }) => message.info?.qp);
  const awaited = Map.groupBy(
    traces.flatMap(trace => trace.children.map(child => ({ trace, child }))),
    ({ child }) => child.qp,
  );
  if (traces.length === 0) return relatives;
  await readEvents(read, 0, ({ message, event, atMs, attempt }) => {
    if (event.kind === 'info') {
      for (const { trace, child } of awaited.get(event.qp) ?? []) {
        if (!within(child, message.seenMs)) continue;
        relatives.get(trace)?.children.push({ ...linkTo(message), how: child.how });
      }
    }
    for (const { qp, how, fromMs } of made(event, atMs, attempt)) {
      for (const trace of byQp.get(qp) ?? []) {
        const found = relatives.get(trace) as Relatives;
        if (!found.parent && within({ fromMs, toMs: atMs }, trace.message.seenMs))
          found.parent = { ...linkTo(message), how };
      }
    }
  });
  return relatives;
}

/** The messages that, by a line of the log, were sent because of this one. */
function* made(
  event: LoggedEvent['event'],
  atMs: number,
  attempt: LoggedEvent['attempt'],
): Generator<{ qp: number; how: ChildLink['how']; fromMs: number }> {
  if (event.kind === 'bounce' || event.kind === 'delay' || event.kind === 'success')
    yield { qp: event.qp, how: event.kind, fromMs: atMs - bounceMs };
  if (event.kind !== 'ended' || attempt?.channel !== 'local') return;
  for (const qp of forwardsIn(event)) yield { qp, how: 'forward', fromMs: attempt.startMs };
}

function within({ fromMs, toMs }: { fromMs: number; toMs: number }, atMs: number): boolean {
  return fromMs <= atMs && atMs <= toMs;
}

function linkTo({ id, seenMs, info }: LoggedMessage): TracedLink {
  return { id, bornMs: seenMs, qp: info?.qp ?? null };
}

function arrivalOf(
  trace: MessageTrace,
  session: Session | undefined,
  parent: Relatives['parent'],
): TracedMessage['arrival'] {
  if (parent) return { kind: parent.how, from: null, session: null, parent };
  if (session) return { kind: 'network', from: session.from ?? null, session: session.name, parent: null };
  return { kind: trace.message.info ? 'injected' : 'unknown', from: null, session: null, parent: null };
}
