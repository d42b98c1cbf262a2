// Compares what a crash left with what was promised. The rule: every accepted message arrives, and it arrives twice only if
// it had arrived and that was not on disk yet, as with qmail. So it is known before the next start how often each mailbox
// gets a message in the end: what has arrived, and what is left to do in the queue on disk.
import assert from 'node:assert/strict';
import type { Envelope } from '../../core/paper-path/shapes.ts';
import { type Arrival, destinations } from './crash-home.ts';
import type { Unfinished } from './on-disk.ts';
import type { Refusal } from './scenario-run.ts';

/** A message that was accepted. */
export interface Promised {
  readonly label: string;
  readonly envelope: Envelope;
  /** It need not arrive: its owner has deleted it. */
  readonly deleted?: boolean;
}

/** How often a message is at a place: `<label> in <place>`. */
type Tally = ReadonlyMap<string, number>;

/** What a crash left. */
export interface Remains {
  readonly arrived: Tally;
  readonly expected: Tally;
}

/** What the suite counts: a line per kind of fault is made of it. */
export interface Count {
  points: number;
  promised: number;
  lost: number;
  duplicates: Record<'delivery' | 'forward' | 'bounce', number>;
}

export function newCount(): Count {
  return { points: 0, promised: 0, lost: 0, duplicates: { delivery: 0, forward: 0, bounce: 0 } };
}

/**
 * Right after the crash, before anything starts again. An mbox may end in a part of a message, as with qmail: that is no
 * arrival. @throws when anything else is there that is not whole
 */
export function takeStock(arrivals: readonly Arrival[], unfinished: readonly Unfinished[]): Remains {
  const torn = arrivals
    .filter(({ place, whole }) => !whole && place !== 'mbox')
    .map(({ place, where }) => `${place}: ${where}`);
  assert.deepEqual(torn, [], 'messages that are not whole');
  const arrived = tally(arrivals.filter(({ whole }) => whole));
  const expected = new Map(arrived);
  for (const { label, sender, recipients, failed } of unfinished) {
    for (const place of destinations({ sender, recipients }, failed)) add(expected, `${label} in ${place}`);
  }
  return { arrived, expected };
}

/** When everything has come to its end. @throws when something is lost, or came more often than the disk had said */
export function checkAccounts(
  promised: readonly Promised[],
  { expected }: Remains,
  arrivals: readonly Arrival[],
  count: Count,
): void {
  const arrived = takeStock(arrivals, []).arrived;
  const lost = promised.flatMap(({ label, envelope, deleted }) =>
    deleted
      ? []
      : destinations(envelope)
          .map(place => `${label} in ${place}`)
          .filter(key => !arrived.has(key)),
  );
  count.promised += promised.length;
  count.lost += lost.length;
  assert.deepEqual(lost, [], 'promised and lost');
  assert.deepEqual(sorted(arrived), sorted(expected), 'how often everything is where');
  for (const [key, times] of arrived) count.duplicates[kindOf(key)] += times - 1;
}

/** A copy of something that was accepted again (a bounce, a forward), or of a delivery itself. */
function kindOf(key: string): keyof Count['duplicates'] {
  if (/ in (Bounces|Doubles)$/.test(key)) return 'bounce';
  return key.startsWith('forward') ? 'forward' : 'delivery';
}

function tally(arrivals: readonly Arrival[]): Tally {
  const counts = new Map<string, number>();
  for (const { label, place } of arrivals) add(counts, `${label} in ${place}`);
  return counts;
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sorted(counts: Tally): [string, number][] {
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What is counted of errors. */
export interface ErrorCount {
  points: number;
  promised: number;
  refused: number;
  /** Refused, but delivered: the sender tries again, so it arrives twice. */
  refusedYetThere: number;
  /** The log says of each why. */
  duplicates: number;
}

export function newErrorCount(): ErrorCount {
  return { points: 0, promised: 0, refused: 0, refusedYetThere: 0, duplicates: 0 };
}

/** The line in the log when a recipient will get a message again, because the mark was refused. */
const mayRepeat = /trouble marking .*; message will be delivered twice!|The_part_that_was_written_could_not_be_removed/;

/** All lines of a .qmail file are followed again when a later one could not be. */
const forwardFailed = /deferral: Unable_to_forward_message/;

/** Checks a host after the errors, when the queue is empty. @throws when a message was lost, or delivered again without a line in the log */
export function afterErrors(
  { promised, refusals }: { readonly promised: readonly Promised[]; readonly refusals: readonly Refusal[] },
  arrivals: readonly Arrival[],
  log: string,
  count: ErrorCount,
): void {
  const { arrived } = takeStock(arrivals, []);
  assert.deepEqual(
    refusals.filter(({ answer }) => typeof answer !== 'number' || answer < 400 || answer > 499),
    [],
    'answers other than: come again',
  );
  const wanted = promised.flatMap(({ label, envelope, deleted }) =>
    deleted ? [] : destinations(envelope).map(place => `${label} in ${place}`),
  );
  assert.deepEqual(
    wanted.filter(key => !arrived.has(key)),
    [],
    'promised and lost',
  );
  const strange = promised
    .filter(({ deleted }) => !deleted)
    .flatMap(({ label, envelope }) => {
      const places = destinations(envelope);
      return [...arrived.keys()].filter(
        key => key.startsWith(`${label} in `) && !places.some(place => key === `${label} in ${place}`),
      );
    });
  assert.deepEqual(strange, [], 'where they should not be: given up because of the disk');
  const twice = [...arrived].filter(([, times]) => times > 1);
  const isAllowed =
    mayRepeat.test(log) || (forwardFailed.test(log) && twice.every(([key]) => key.startsWith('forward to several')));
  if (!isAllowed) assert.deepEqual(twice, [], 'there more than once, and the log does not say why');
  const refusedLabels = new Set(refusals.map(({ label }) => label));
  count.promised += promised.length;
  count.refused += refusals.length;
  count.duplicates += twice.length;
  count.refusedYetThere += [...arrived.keys()].filter(key => refusedLabels.has(key.replace(/ in \S+$/, ''))).length;
}

export function errorSummary(
  kind: string,
  { points, promised, refused, refusedYetThere, duplicates }: ErrorCount,
): string {
  return `${kind}: ${points} points, ${promised} messages accepted, 0 lost, ${refused} refused for now (${refusedYetThere} of them arrived), ${duplicates} duplicates (all where the log says that a mark failed)`;
}

/** One line for people. */
export function summary(kind: string, { points, promised, lost, duplicates }: Count, ...more: string[]): string {
  const total = duplicates.delivery + duplicates.forward + duplicates.bounce;
  const kinds = `${duplicates.delivery} between a delivery and its mark, ${duplicates.forward} between a forward and its mark, ${duplicates.bounce} between a bounce and its note`;
  return [
    `${kind}: ${points} points`,
    `${promised} messages promised`,
    `${lost} lost`,
    `${total} duplicates (${kinds})`,
    ...more,
  ].join(', ');
}
