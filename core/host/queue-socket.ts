// run/queue.sock: any user of the machine may hand in mail there. The kernel says who it is (qmail-queue, which is setuid in
// qmail so that any user may run it).
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
/** The memory of envelopes; the largest takes 42 MB. */
const envelopeMemory = 128 * 1024 * 1024;
const envelopeMemoryPerUid = 48 * 1024 * 1024;
const silentMs = 60_000;
const slowMs = 600_000;
/** Who was answered has so long to read it. */
const partingMs = 10_000;

/** Opens the socket, where the system has such. The caller holds the queue's lock, so an old socket is a dead one. @returns what closes it */
export async function openQueueSocket(deps: QueueSocketDeps, limits = usualLimits): Promise<() => Promise<void>> {
  if (process.platform === 'win32') return async () => undefined;
  const { home, clock } = deps;
  const path = queueSocketPath(home);
  const callers = new Set<Socket>();
  const places = createUidSlots(limits);
  /** Those that are refused at once, and are to hear it. */
  const turnedAway = createUidSlots({ ...limits, waitingPerUid: 1 });
  const memory = createMemoryQuota(envelopeMemory, envelopeMemoryPerUid);
  const sessionDeps: SessionDeps = { ...deps, memory, silentMs, slowMs };

  function welcome(socket: Socket): void {
    callers.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => callers.delete(socket));
    const uid = peerUid(socket);
    if (uid === undefined) {
      deps.log('queue.sock: the system does not say who a caller is: cut');
      socket.destroy();
      return;
    }
    let place: UidSlot | undefined;
    const cancel = clock.after(slowMs, () => {
      place?.leave();
      part(socket, busy());
    });
    place = places.ask(uid, () => {
      cancel();
      void serve(socket, uid);
    });
    place ??= turnAway(socket, uid);
    socket.on('close', () => {
      cancel();
      place?.leave();
    });
  }

  function turnAway(socket: Socket, uid: number): UidSlot | undefined {
    const place = turnedAway.ask(uid, () => part(socket, busy()));
    if (!place) socket.destroy();
    return place;
  }

  async function serve(socket: Socket, uid: number): Promise<void> {
    const input = socket.iterator({ destroyOnReturn: false });
    const answer = await serveClient(input, uid, () => socket.destroy(), sessionDeps).catch(error => {
      deps.log(`queue.sock: no message of uid ${uid} is taken: ${reasonOf(error)}`);
      return refusal(error instanceof UserError ? 55 : 81);
    });
    await input.return?.();
    if (answer) part(socket, answer);
    else socket.destroy();
  }

  /** A last word, and time to hear it; whatever else the caller sends is dropped. */
  function part(socket: Socket, answer: Accepted): void {
    if (socket.destroyed) return;
    socket.end(formatAnswer(answer));
    socket.resume();
    const cancel = clock.after(partingMs, () => socket.destroy());
    socket.on('close', cancel);
  }

  openWay(home, dirname(path));
  rmSync(path, { force: true });
  const server = createServer({ allowHalfOpen: true }, welcome);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o666);
  return () =>
    new Promise(resolve => {
      server.close(() => resolve());
      for (const caller of callers) caller.destroy();
      rmSync(path, { force: true });
    });
}

function busy(): Refused {
  return { ...refusal(71), text: 'too many of your programs are queueing mail at this moment (#4.3.2)' };
}

/** Where others may pass through the home, they may pass through run/ to the socket; they cannot list it. */
function openWay(home: string, run: string): void {
  mkdirSync(run, { recursive: true, mode: 0o700 });
  const othersPass = 0o001;
  if ((statSync(home).mode & othersPass) !== 0) chmodSync(run, 0o711);
}
