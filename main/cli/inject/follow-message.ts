// sendmail -v: waits, and prints the result of each delivery of the message, from the log of the host.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isNullClient } from '../../../core/control/null-client.ts';
import { printable } from '../../../core/lib/text/printable.ts';
import { type FollowedLog, followLog } from '../../../core/log/follow-log.ts';
import { wordsOfField } from '../../../core/log-lines/field.ts';
import { parseQueueLine, type QueueLine } from '../../../core/log-lines/queue/queue-line.ts';
import { displayAddress } from '../../../core/message/address.ts';
import type { Accepted } from '../../../core/paper-path/shapes.ts';
import { connectToHost } from '../../running/control-client.ts';
import type { CommandIo } from '../command-io.ts';

type InQueue = Extract<Accepted, { ok: true }>;

/** Called by an injection: before a message is queued, and after that. */
export interface Follower {
  begin(): void;
  queued(accepted: InQueue, recipients: number): Promise<void>;
}

/** Longer than most deliveries take. Deliveries continue when the waiting ends. */
const mostMs = 300_000;
const lookMs = 200;
/** Signals that end the waiting. The message is in the queue, so they are not a failure. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** If the results cannot be seen, it prints that. The message is in the queue in any case. */
export function createFollower(io: CommandIo, waitMs = mostMs): Follower {
  const home = io.home;
  const say = (text: string) => void io.stdout.write(`${text}\n`);
  const program = io.env.QMAILQUEUE ?? (isNullClient(home) ? 'the server of this null client' : undefined);
  let log: FollowedLog | undefined;
  return {
    begin() {
      try {
        log = program === undefined ? followLog(join(home, 'log', 'send')) : undefined;
      } catch {
        log = undefined; // This user may not read it.
      }
    },
    async queued({ id, qp }, recipients) {
      if (program !== undefined)
        return say(`The message was taken by ${program}. What becomes of it is not known here.`);
      if (!log) return say('The message was taken. What becomes of it only the owner of the mail host can see.');
      const leave = () => {
        say(`It stays in the queue. What becomes of it: waypost trace ${id}`);
        process.exit(0);
      };
      for (const signal of signals) process.once(signal, leave);
      say(`Message ${id} is in the queue, for ${count(recipients)}.`);
      try {
        if (await isRunning(home)) await follow(log, { id, qp, recipients, endMs: Date.now() + waitMs }, say);
        else say(`No host is running on ${home}: it waits until one is.`);
      } finally {
        for (const signal of signals) process.off(signal, leave);
        log.close();
      }
    },
  };
}

async function isRunning(home: string): Promise<boolean> {
  try {
    (await connectToHost(home)).close();
    return true;
  } catch {
    return false;
  }
}

interface Followed {
  readonly id: number;
  readonly qp: number;
  readonly recipients: number;
  readonly endMs: number;
}

const delivered = { success: 'delivered', deferral: 'waits', failure: 'failed' } as const;

async function follow(log: FollowedLog, message: Followed, say: (text: string) => void): Promise<void> {
  const { id, qp, recipients, endMs } = message;
  /** Recipients of deliveries that run. Numbers of messages are used again: only what follows our own line counts. */
  const running = new Map<number, string>();
  let isOurs = false;
  let tried = 0;
  let waiting = 0;

  /** @returns true when the message has ended */
  function hear(line: QueueLine): boolean {
    switch (line.kind) {
      case 'starting':
        if (line.id !== id) break;
        running.set(line.delivery, `${printable(displayAddress(line.recipient))} (${line.channel})`);
        break;
      case 'ended': {
        const to = running.get(line.delivery);
        if (to === undefined) break;
        running.delete(line.delivery);
        tried++;
        if (line.result === 'deferral') waiting++;
        const words = displayAddress(wordsOfField(line.report)).trim().replaceAll('\n', ' ');
        say(`${to} ${delivered[line.result]}: ${printable(words)}`);
        break;
      }
      case 'bounce':
        if (line.id === id) say('What failed is returned to the sender.');
        break;
      case 'end':
        return line.id === id;
    }
    return false;
  }

  while (Date.now() < endMs) {
    for (const text of log.lines()) {
      const line = parseQueueLine(text);
      isOurs ||= line?.kind === 'info' && line.id === id && line.qp === qp;
      if (isOurs && line && hear(line)) return;
    }
    if (tried >= recipients && waiting > 0) {
      say(`${count(waiting)} will be tried again. What becomes of it: waypost trace ${id}`);
      return;
    }
    await sleep(lookMs);
  }
  say(`It is still under way. What becomes of it: waypost trace ${id}`);
}

function count(recipients: number): string {
  return recipients === 1 ? '1 recipient' : `${recipients} recipients`;
}
