// The queue as people see it: a summary from memory, and rows read from the queue files for the part that is on screen.

import type { QueueRecipient, QueueRow, QueueSummary } from '../../api/queue.ts';
import type { Channel } from '../../control/classify.ts';
import { displayAddress } from '../../message/address.ts';
import { shownAnswer } from '../../message/shown-answer.ts';
import type { RemoteGate } from '../../paper-path/remote-gate.ts';
import { typedRecords } from '../files/envelope-file.ts';
import { isHeld, recipientKey } from '../files/holds.ts';
import { recordBytes } from '../files/recipients.ts';
import type { AttemptBook } from '../run/attempts.ts';
import type { QueuedMessage, QueuedMessages } from '../store/queued-messages.ts';

/** At most so many recipients are listed in a row; the rest is counted. */
const shownRecipients = 50;

/** The recipients of a message (`recipientKey`) of whose delay the sender was told. @throws when that cannot be read */
type ToldOf = (id: number) => ReadonlySet<string>;

/** Rows of the messages that wait, oldest first, each made when it is asked for. */
export function* queueRows(
  queued: QueuedMessages,
  attempts: AttemptBook,
  gate: Pick<RemoteGate, 'waitsFor'>,
  toldOf: ToldOf,
  offset: number,
  limit: number,
): Generator<QueueRow> {
  const byAge = [...queued.all.values()].sort((a, b) => a.bornSec - b.bornSec || a.id - b.id);
  for (const message of byAge.slice(offset, offset + limit)) {
    const row = tryRow(message, attempts, toldOf);
    if (row) yield waitsForLinks(row, gate.waitsFor);
  }
}

/** Mail for other hosts only, and the gate is shut: its next try is when a link is up. */
function waitsForLinks(row: QueueRow, links: readonly string[]): QueueRow {
  const waits = row.recipients.filter(({ state }) => state !== 'ended');
  if (links.length === 0 || row.held || waits.length === 0 || waits.some(({ channel }) => channel === 'local'))
    return row;
  return { ...row, nextTryMs: null, waitsForLinks: [...links] };
}

function tryRow(message: QueuedMessage, attempts: AttemptBook, toldOf: ToldOf): QueueRow | undefined {
  try {
    return rowOf(message, attempts, toldOf(message.id));
  } catch {
    return undefined; // It was finished meanwhile.
  }
}

function rowOf(message: QueuedMessage, attempts: AttemptBook, told: ReadonlySet<string>): QueueRow {
  const looks = [...message.channels.keys()].map(channel => look(message, channel));
  const sum = (of: 'all' | 'left' | 'held') => looks.reduce((total, one) => total + one[of], 0);
  const shown = looks.flatMap(one => one.first).slice(0, shownRecipients);
  const held = sum('left') > 0 && sum('left') === sum('held');
  return {
    id: message.id,
    sender: displayAddress(message.store.sender(message.id)),
    recipients: shown.map(recipient => ({
      ...shownRecipient(message.id, recipient, attempts),
      ...(told.has(recipientKey(recipient.channel, recipient.address)) && { told: true as const }),
    })),
    more: sum('all') - shown.length,
    sizeBytes: message.sizeBytes,
    bornMs: message.bornSec * 1000,
    nextTryMs: held ? null : nextTryMs(message),
    held,
  };
}

/** A recipient in its channel file. */
interface Listed {
  readonly channel: Channel;
  readonly address: string;
  readonly offset: number;
  readonly ended: boolean;
  readonly held: boolean;
  /** How many records of the channel have the address of one that is shown. */
  readonly repeats: ReadonlyMap<string, number>;
}

/** A channel: the recipients that may be shown, and how many there are, how many have not ended, and how many of these are held. */
interface Look {
  readonly first: readonly Listed[];
  readonly all: number;
  readonly left: number;
  readonly held: number;
}

/** Of a long list nearly all recipients are only counted. */
function look(message: QueuedMessage, channel: Channel): Look {
  const first: Listed[] = [];
  const repeats = new Map<string, number>();
  const counted = { all: 0, left: 0, held: 0 };
  let offset = 0;
  for (const { letter, value: address } of typedRecords(message.store.channelBytes(message.id, channel))) {
    const ended = letter === 'D';
    const held = !ended && isHeld(message.held, channel, address);
    counted.all++;
    if (!ended) counted.left++;
    if (held) counted.held++;
    if (first.length < shownRecipients) {
      first.push({ channel, address, offset, ended, held, repeats });
      offset += recordBytes(address);
      repeats.set(address, (repeats.get(address) ?? 0) + 1);
    } else {
      const before = repeats.get(address);
      if (before !== undefined) repeats.set(address, before + 1);
    }
  }
  return { first, ...counted };
}

function shownRecipient(
  id: number,
  { channel, address, offset, ended, held, repeats }: Listed,
  attempts: AttemptBook,
): QueueRecipient {
  const times = repeats.get(address) ?? 1;
  const { tries, said, status, answer, running } = attempts.of(id, channel, { address, offset }, times);
  const state = ended ? 'ended' : running ? 'now' : 'waiting';
  const why = { said: displayAddress(said), status: status ?? null, answer: shownAnswer(answer) };
  return { record: offset, address: displayAddress(address), channel, state, tries, ...why, held };
}

function nextTryMs(message: QueuedMessage): number | null {
  const dues = [...message.channels.values()].filter(due => due !== 'now');
  return dues.length > 0 ? Math.min(...dues) * 1000 : null;
}

/** The figures of the tiles and the status bar. */
export function summarize(
  queued: QueuedMessages,
  running: QueueSummary['running'],
  limit: QueueSummary['limit'],
  lastHour: QueueSummary['lastHour'],
  gate: Pick<RemoteGate, 'waitsFor'>,
): QueueSummary {
  let bytes = 0;
  let held = 0;
  let oldestSec = Number.POSITIVE_INFINITY;
  for (const message of queued.all.values()) {
    bytes += message.sizeBytes;
    if (message.held === 'all') held++;
    oldestSec = Math.min(oldestSec, message.bornSec);
  }
  const remoteSec = queued.nextDueSec('remote') ?? Number.POSITIVE_INFINITY;
  const isShut = gate.waitsFor.length > 0 && Number.isFinite(remoteSec);
  const nextSec = Math.min(
    queued.nextDueSec('local') ?? Number.POSITIVE_INFINITY,
    isShut ? Number.POSITIVE_INFINITY : remoteSec,
  );
  return {
    messages: queued.all.size,
    held,
    bytes,
    oldestMs: Number.isFinite(oldestSec) ? oldestSec * 1000 : null,
    nextTryMs: Number.isFinite(nextSec) ? nextSec * 1000 : null,
    ...(isShut && { waitsForLinks: [...gate.waitsFor] }),
    running,
    limit,
    lastHour,
  };
}
