// A connection to a mail server: whole replies in (SMTP's, unless another reader is given), bytes out, a time limit on
// everything (qmail-remote's timeouts).
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../lib/clock.ts';
import { createReplyReader, type SmtpReply } from './smtp-reply.ts';

/** The connection ended too early: it was closed or reset, or silent for too long. */
export class ConnectionDied extends Error {}

/** The server sent nothing, or accepted nothing, for too long. */
export class ServerSilent extends ConnectionDied {}

/** The server sent more than it was asked for, at a moment when that cannot be allowed. */
export class UnaskedBytes extends ConnectionDied {}

/** What the server sent cannot be a reply. */
export class NotAReply extends ConnectionDied {}

/** One connection. */
export interface Channel<Reply = SmtpReply> {
  /** Resolves when there is room for more; false: the connection is gone, and only what was received before can be read. */
  write(data: string | Uint8Array): Promise<boolean>;
  /** @throws ConnectionDied */
  reply(): Promise<Reply>;
  /** A reply that was received already, also after the connection died. */
  pending(): Reply | undefined;
  /** The connection is open, and all that the server sent was read. */
  readonly quiet: boolean;
  /** For a connection in no use: calls back when the server sends something unasked, or is gone. Lasts until `reply`. */
  whenDisturbed(callback: () => void): void;
  /**
   * Gives the connection away, for TLS over it; the channel is of no use afterwards. What comes from now on is not read.
   * @throws ConnectionDied @throws UnaskedBytes
   */
  detach(): Duplex;
  /** Sends a last command, does not wait for its reply, and closes. */
  close(farewell?: string): void;
}

/**
 * Opens a TCP connection. @param givenUp ends the attempt: another address has answered
 * @param localIp where it comes from; default: the system chooses
 */
export type Dial = (
  ip: string,
  port: number,
  timeoutMs: number,
  givenUp?: AbortSignal,
  localIp?: string,
) => Promise<Socket>;

/** A connection attempt without an answer: the host may be down. */
export class DialTimeout extends Error {}

const closeGraceMs = 5000;
/** More than the readers accept for one line or reply. */
const maxWaitingBytes = 128 * 1024;

/** TCP of this machine. */
export function createDial(clock: Clock): Dial {
  return (ip, port, timeoutMs, givenUp, localIp) =>
    new Promise((resolve, reject) => {
      const socket = connect({
        host: ip,
        port,
        noDelay: true,
        ...(localIp !== undefined && { localAddress: localIp }),
      });
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

/** Collects bytes, and returns whole replies. */
interface Reader<Reply> {
  push(raw: Uint8Array): void;
  /** @throws Error when the bytes cannot be a reply */
  take(): Reply | undefined;
  /** Bytes that were received and not taken, not even as the start of a reply. */
  readonly waitingBytes: number;
  /** Nothing was received that is not taken, not even the start of a reply. */
  readonly isEmpty: boolean;
}

/** A connection to an SMTP server. */
export function openChannel(socket: Duplex, clock: Clock, timeoutMs: number): Channel {
  return openChannelFor(createReplyReader(), socket, clock, { timeoutMs });
}

/** The time limits of a channel. */
export interface ChannelOptions {
  /** The longest wait for a reply. */
  readonly timeoutMs: number;
  /** The longest time without any progress in writing; `timeoutMs` unless given. */
  readonly writeTimeoutMs?: number;
  /** The server's side is a recording: its end does not mean that the connection is gone. */
  readonly recorded?: boolean;
}

export function openChannelFor<Reply>(
  reader: Reader<Reply>,
  socket: Duplex,
  clock: Clock,
  { timeoutMs, writeTimeoutMs = timeoutMs, recorded = false }: ChannelOptions,
): Channel<Reply> {
  let died = false;
  /** No more will be received. */
  let ended = false;
  let closed = false;
  /** There may be a wait for a reply and one for room to write at the same time. */
  const waiting = new Set<() => void>();
  let disturbed = (): void => {};

  function wake(): void {
    const woken = [...waiting];
    waiting.clear();
    for (const look of woken) look();
    disturbed();
  }

  function received(data: Uint8Array): void {
    if (closed) return;
    reader.push(data);
    // No caller waits for so much: the rest is read when one does.
    if (reader.waitingBytes > maxWaitingBytes) socket.pause();
    wake();
  }
  function half(): void {
    ended = true;
    died ||= !recorded;
    wake();
  }
  function gone(): void {
    ended = true;
    died = true;
    wake();
  }
  const listeners = { data: received, end: half, error: gone, close: gone, drain: wake };
  for (const [event, listener] of Object.entries(listeners)) socket.on(event, listener);

  /** Waits until `ready` returns something; what was received already counts even when the connection is gone. */
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
    detach() {
      if (died || ended) throw new ConnectionDied('closed by the server');
      if (!reader.isEmpty) throw new UnaskedBytes('the server sent more than its reply');
      socket.pause();
      for (const [event, listener] of Object.entries(listeners)) socket.off(event, listener);
      died = true;
      return socket;
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
      // The reply to QUIT does not matter, but a socket must not stay open for ever.
      clock.after(closeGraceMs, () => socket.destroy());
    },
  };
}
