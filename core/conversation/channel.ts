// A connection to a mail server: whole replies in (of SMTP, unless a reader of others is given), bytes out, a time limit on everything (qmail-remote's timeouts).
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../lib/clock.ts';
import { createReplyReader, type SmtpReply } from './smtp-reply.ts';

/** Whatever ends a connection before its time: closed, reset, silent for too long. */
export class ConnectionDied extends Error {}

/** The server said nothing, or took nothing, for too long. */
export class ServerSilent extends ConnectionDied {}

/** What the server said cannot be a reply. */
export class NotAReply extends ConnectionDied {}

/** One connection. */
export interface Channel<Reply = SmtpReply> {
  /** Resolves when more is welcome; false: the connection is gone, and only what came before can be read. */
  write(data: string | Uint8Array): Promise<boolean>;
  /** @throws ConnectionDied */
  reply(): Promise<Reply>;
  /** A reply that is already here, also after the connection died. */
  pending(): Reply | undefined;
  /** The connection is up, and the server has said nothing but what was read. */
  readonly quiet: boolean;
  /** While nothing is asked: calls back when the server says something all the same, or is gone. Lasts until `reply`. */
  whenDisturbed(callback: () => void): void;
  /** Says a last word, without waiting for an answer, and closes. */
  close(farewell?: string): void;
}

/** Opens a TCP connection. @param givenUp ends the attempt: another address has answered */
export type Dial = (ip: string, port: number, timeoutMs: number, givenUp?: AbortSignal) => Promise<Socket>;

/** A connection attempt that nobody answered: the host may be down. */
export class DialTimeout extends Error {}

const closeGraceMs = 5000;
/** More than the readers take for one line or answer. */
const maxWaitingBytes = 128 * 1024;

/** The machine's own TCP. */
export function createDial(clock: Clock): Dial {
  return (ip, port, timeoutMs, givenUp) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: ip, port, noDelay: true });
      const cancel = clock.after(timeoutMs, () => fail(new DialTimeout('connection timed out')));
      const giveUp = () => fail(new Error('another address has answered'));
      givenUp?.addEventListener('abort', giveUp);
      function ended(): void {
        cancel();
        givenUp?.removeEventListener('abort', giveUp);
      }
      function fail(error: Error): void {
        ended();
        socket.destroy();
        reject(error);
      }
      function failed(error: NodeJS.ErrnoException): void {
        fail(error.code === 'ETIMEDOUT' ? new DialTimeout('connection timed out') : error);
      }
      socket.once('connect', () => {
        ended();
        socket.off('error', failed);
        resolve(socket);
      });
      socket.once('error', failed);
    });
}

/** Collects bytes; whole replies are taken out. */
interface Reader<Reply> {
  push(raw: Uint8Array): void;
  /** @throws Error when what came cannot be a reply */
  take(): Reply | undefined;
  /** Bytes that are here and were not taken, not even as the beginning of a reply. */
  readonly waitingBytes: number;
  /** Nothing is here, not even the beginning of a reply. */
  readonly isEmpty: boolean;
}

/** A connection to an SMTP server. */
export function openChannel(socket: Duplex, clock: Clock, timeoutMs: number): Channel {
  return openChannelFor(createReplyReader(), socket, clock, { timeoutMs });
}

/** How patient a channel is. */
export interface ChannelOptions {
  /** How long the server may take for a reply. */
  readonly timeoutMs: number;
  /** How long it may take nothing of what was written; `timeoutMs` unless given. */
  readonly writeTimeoutMs?: number;
  /** What the server says is recorded: its end does not mean that the connection is gone. */
  readonly recorded?: boolean;
}

export function openChannelFor<Reply>(
  reader: Reader<Reply>,
  socket: Duplex,
  clock: Clock,
  { timeoutMs, writeTimeoutMs = timeoutMs, recorded = false }: ChannelOptions,
): Channel<Reply> {
  let died = false;
  /** No more will come. */
  let ended = false;
  let closed = false;
  /** A reply and room to write may be waited for at the same time. */
  const waiting = new Set<() => void>();
  let disturbed = (): void => {};

  function wake(): void {
    const woken = [...waiting];
    waiting.clear();
    for (const look of woken) look();
    disturbed();
  }

  socket.on('data', data => {
    if (closed) return;
    reader.push(data);
    // Nobody asked for so much: the rest waits until somebody does.
    if (reader.waitingBytes > maxWaitingBytes) socket.pause();
    wake();
  });
  for (const event of ['error', 'end', 'close'] as const) {
    socket.on(event, () => {
      ended = true;
      died ||= !(recorded && event === 'end');
      wake();
    });
  }
  socket.on('drain', wake);

  /** Waits until `ready` gives something; what is already here counts even when the connection is gone. */
  async function wait<T>(ready: () => T | undefined, longestMs = timeoutMs): Promise<T> {
    const already = ready();
    if (already !== undefined) return already;
    let late = false;
    const cancel = clock.after(longestMs, () => {
      late = true;
      wake();
    });
    try {
      for (;;) {
        const result = ready();
        if (result !== undefined) return result;
        if (socket.isPaused() && reader.waitingBytes <= maxWaitingBytes) socket.resume();
        if (late) throw new ServerSilent('timed out');
        if (died || ended) throw new ConnectionDied('closed by the server');
        await new Promise<void>(resolve => void waiting.add(resolve));
      }
    } finally {
      cancel();
    }
  }

  return {
    async write(data) {
      if (died) return false;
      if (typeof data === 'string' ? socket.write(data, 'latin1') : socket.write(data)) return true;
      try {
        await wait(() => (socket.writableNeedDrain ? undefined : true), writeTimeoutMs);
      } catch {
        died = true;
      }
      return !died;
    },
    async reply() {
      disturbed = () => {};
      try {
        return await wait(() => reader.take());
      } catch (error) {
        throw error instanceof ConnectionDied ? error : new NotAReply(String(error));
      }
    },
    pending() {
      try {
        return reader.take();
      } catch {
        return undefined;
      }
    },
    get quiet() {
      return !died && reader.isEmpty;
    },
    whenDisturbed(callback) {
      disturbed = callback;
    },
    close(farewell) {
      closed = true;
      disturbed = () => {};
      if (farewell === undefined || died) {
        socket.destroy();
        return;
      }
      socket.end(farewell);
      socket.resume();
      // The answer to QUIT is of no interest, but a socket must not stay open for ever.
      clock.after(closeGraceMs, () => socket.destroy());
    },
  };
}
