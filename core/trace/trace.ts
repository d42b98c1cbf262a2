// What did happen to a message: its life from the log, with the messages that came of it and the one that it came of. The log
// is read in several passes, and of all that is in it only what was asked for is kept.
import type { HandlersOf } from '../api/contract.ts';
import type { TracedLink, TracedMessage } from '../api/explain.ts';
import { logField } from '../log-lines/field.ts';
import { forwardsIn } from '../log-lines/queue/delivery-end.ts';
import { addressFromText, lowerAscii } from '../message/address.ts';
import type { Happening, Life } from './logged-messages.ts';
import { bounceMs, type ChildLink, createStory, type NextTry, type Story } from './message-trace.ts';
import { pass, type ReadLog } from './read-events.ts';
import { findSessions, type Session } from './sessions.ts';

export interface TraceDeps {
  /** The delivery log. */
  readonly send: ReadLog;
  /** The log of sessions: who brought the message. */
  readonly sessions: ReadLog;
  readonly nextTry: NextTry;
}

/** The handler of `explain.trace`. */
export function createTrace(deps: TraceDeps): HandlersOf<'explain.trace'> {
  return {
    async 'explain.trace'({ query, limit }) {
      const { keys, more } = await findLives(deps.send, matcherOf(query), limit);
      const stories = await collect(deps.send, keys);
      const relatives = await findRelatives(deps.send, stories);
      const sessions = await findSessions(deps.sessions, stories);
      const messages = stories.map(story => {
        const { parent, children } = relatives.get(story) as Relatives;
        return story.told({ arrival: arrivalOf(story, sessions.get(story), parent), children }, deps.nextTry);
      });
      return { messages, more };
    },
  };
}

type Matches = (happening: Happening) => boolean;

/** A message number, an address of an envelope, or a Message-ID. */
function matcherOf(query: string): Matches {
  const number = /^#?([1-9]\d*)$/.exec(query)?.[1];
  if (number !== undefined) return ({ life }) => life.id === Number(number);
  const asLogged = logField(addressFromText(query));
  const address = lowerAscii(asLogged);
  const messageId = asLogged.startsWith('<') ? asLogged : `<${asLogged}>`;
  return ({ event }) => {
    if (event.kind === 'message-id') return event.messageId === messageId;
    if (event.kind === 'info') return lowerAscii(event.sender) === address;
    return 'recipient' in event && lowerAscii(event.recipient) === address;
  };
}

/** The newest lives that match: keys, and when they were first seen. */
async function findLives(
  read: ReadLog,
  matches: Matches,
  limit: number,
): Promise<{ keys: Map<string, number>; more: number }> {
  const keys = new Map<string, number>();
  let more = 0;
  await pass(read, 0, happening => {
    if (keys.has(happening.life.key) || !matches(happening)) return;
    keys.set(happening.life.key, happening.life.seenMs);
    const [oldest] = keys.keys();
    if (keys.size <= limit || oldest === undefined) return;
    keys.delete(oldest);
    more++;
  });
  return { keys, more };
}

async function collect(read: ReadLog, keys: ReadonlyMap<string, number>): Promise<Story[]> {
  const stories = new Map<string, Story>();
  if (keys.size === 0) return [];
  await pass(read, Math.min(...keys.values()), happening => {
    const { key } = happening.life;
    if (!keys.has(key)) return;
    const story = stories.get(key) ?? createStory(happening.life);
    stories.set(key, story);
    story.add(happening);
  });
  return [...stories.values()];
}

interface Relatives {
  parent: (TracedLink & { how: 'forward' | 'bounce' }) | undefined;
  readonly children: (TracedLink & { how: 'forward' | 'bounce' })[];
}

/** One more pass for the messages that these came of, and for those that came of these. */
async function findRelatives(read: ReadLog, stories: readonly Story[]): Promise<Map<Story, Relatives>> {
  const relatives = new Map(stories.map(story => [story, { parent: undefined, children: [] } as Relatives]));
  const byQp = Map.groupBy(stories, ({ life }) => life.info?.qp);
  const awaited = Map.groupBy(
    stories.flatMap(story => story.children.map(child => ({ story, child }))),
    ({ child }) => child.qp,
  );
  if (stories.length === 0) return relatives;
  await pass(read, 0, ({ life, event, atMs, attempt }) => {
    if (event.kind === 'info') {
      for (const { story, child } of awaited.get(event.qp) ?? []) {
        if (!within(child, life.seenMs)) continue;
        relatives.get(story)?.children.push({ ...linkTo(life), how: child.how });
      }
    }
    for (const { qp, how, fromMs } of made(event, atMs, attempt)) {
      for (const story of byQp.get(qp) ?? []) {
        const found = relatives.get(story) as Relatives;
        if (!found.parent && within({ fromMs, toMs: atMs }, story.life.seenMs)) found.parent = { ...linkTo(life), how };
      }
    }
  });
  return relatives;
}

/** The messages that a line of the log tells to have been made. */
function* made(
  event: Happening['event'],
  atMs: number,
  attempt: Happening['attempt'],
): Generator<{ qp: number; how: ChildLink['how']; fromMs: number }> {
  if (event.kind === 'bounce') yield { qp: event.qp, how: 'bounce', fromMs: atMs - bounceMs };
  if (event.kind !== 'ended' || attempt?.channel !== 'local') return;
  for (const qp of forwardsIn(event)) yield { qp, how: 'forward', fromMs: attempt.startMs };
}

function within({ fromMs, toMs }: { fromMs: number; toMs: number }, atMs: number): boolean {
  return fromMs <= atMs && atMs <= toMs;
}

function linkTo({ id, seenMs, info }: Life): TracedLink {
  return { id, bornMs: seenMs, qp: info?.qp ?? null };
}

function arrivalOf(story: Story, session: Session | undefined, parent: Relatives['parent']): TracedMessage['arrival'] {
  if (parent) return { kind: parent.how, from: null, session: null, parent };
  if (session) return { kind: 'network', from: session.from ?? null, session: session.name, parent: null };
  return { kind: story.life.info ? 'injected' : 'unknown', from: null, session: null, parent: null };
}
