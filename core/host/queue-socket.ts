// run/queue.sock: any user of the machine may submit mail there. The kernel identifies the user (qmail-queue, which is setuid
// in qmail so that any user may run it).
import { chmodSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { peerUid } from '../lib/net/peer-uid.ts';
import { reasonOf, UserError } from '../lib/user-error.ts';
import type { Accept, Accepted, Refused } from '../paper-path/shapes.ts';
import { refusal } from '../queue/qq-codes.ts';
import { createMemoryQuota } from '../queue/socket/memory-quota.ts';
import { formatAnswer, queueSocketPath } from '../queue/socket/protocol.ts';
import { type SessionDeps, serveClient } from '../queue/socket/session.ts';
import { createUidSlots, type UidSlot, type UidSlotLimits } from '../queue/socket/uid-slots.ts';

export interface QueueSocketDeps {
  readonly home: string;
  readonly accept: Accept;
  readonly clock: Clock;
  /** control/databytes, as it is now. */
  readonly maxBytes: () => number;
  readonly log: LogLine;
}

const usualLimits: UidSlotLimits = { perUid: 10, waitingPerUid: 50, total: 500 };
/** The memory for envelopes; the largest takes 42 MB. */
const envelopeMemory = 128 * 1024 * 1024;
const envelopeMemoryPerUid = 48 * 1024 * 1024;
const silentMs = 60_000;
const slowMs = 600_000;
/** How long a caller has to read its answer. */
const answerReadMs = 10_000;

/**
 * Opens the socket, where the system has such sockets. The caller holds the queue's lock, so an old socket is not in use.
 * @returns what closes it
 */
export async function openQueueSocket(deps: QueueSocketDeps, limits = usualLimits): Promise<() => Promise<void>> {
  if (process.platform === 'win32') return async () => undefined;
  const { home, clock } = deps;
  const path = queueSocketPath(home);
  const callers = new Set<Socket>();
  const slots = createUidSlots(limits);
  /** Callers that are refused at once, and wait for that answer. */
  const refused = createUidSlots({ ...limits, waitingPerUid: 1 });
  const memory = createMemoryQuota(envelopeMemory, envelopeMemoryPerUid);
  const sessionDeps: SessionDeps = { ...deps, memory, silentMs, slowMs };

  function admit(socket: Socket): void {
    callers.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => callers.delete(socket));
    const uid = peerUid(socket);
    if (uid === undefined) {
      deps.log('queue.sock: the system does not identify a caller: disconnected');
      socket.destroy();
      return;
    }
    let slot: UidSlot | undefined;
    const cancel = clock.after(slowMs, () => {
      slot?.leave();
      answerAndClose(socket, busy());
    });
    slot = slots.ask(uid, () => {
      cancel();
      void serve(socket, uid);
    });
    slot ??= refuse(socket, uid);
    socket.on('close', () => {
      cancel();
      slot?.leave();
    });
  }

  function refuse(socket: Socket, uid: number): UidSlot | undefined {
    const slot = refused.ask(uid, () => answerAndClose(socket, busy()));
    if (!slot) socket.destroy();
    return slot;
  }

  async function serve(socket: Socket, uid: number): Promise<void> {
    const input = socket.iterator({ destroyOnReturn: false });
    const answer = await serveClient(input, uid, () => socket.destroy(), sessionDeps).catch(error => {
      deps.log(`queue.sock: the message of uid ${uid} was not accepted: ${reasonOf(error)}`);
      return refusal(error instanceof UserError ? 55 : 81);
    });
    await input.return?.();
    if (answer) answerAndClose(socket, answer);
    else socket.destroy();
  }

  /** Answers, and leaves time to read that; what else the caller sends is dropped. */
  function answerAndClose(socket: Socket, answer: Accepted): void {
    if (socket.destroyed) return;
    socket.end(formatAnswer(answer));
    socket.resume();
    const cancel = clock.after(answerReadMs, () => socket.destroy());
    socket.on('close', cancel);
  }

  openDirectory(home, dirname(path));
  rmSync(path, { force: true });
  const server = createServer({ allowHalfOpen: true }, admit);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o666);
  return () =>
    new Promise(resolve => {
      server.close(() => resolve());
      for (const caller of callers) caller.destroy();
    });
}

function busy(): Refused {
  return { ...refusal(71), text: 'too many of your programs are queueing mail at this moment (#4.3.2)' };
}

/** Where other users may enter the home, they may reach the socket in run/; they cannot list it. */
function openDirectory(home: string, run: string): void {
  mkdirSync(run, { recursive: true, mode: 0o700 });
  const othersPass = 0o001;
  if ((statSync(home).mode & othersPass) !== 0) chmodSync(run, 0o711);
}
