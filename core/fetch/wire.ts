// The bytes of a connection to a provider: lines and POP3's multi-line replies in, with limits on size and time; commands out.
// Nothing is read ahead of what is asked for, so that TLS or another reader can take over the connection, and a slow disk slows
// down the server.
import type { Duplex } from 'node:stream';
import type { Clock } from '../lib/clock.ts';
import { FetchFailure } from './failure.ts';

export interface Wire {
  send(command: string): void;
  /** One line without its end, a byte string. @throws FetchFailure */
  line(longest?: number): Promise<string>;
  /** What follows a positive reply, to the line with a dot: without its dots, LF line ends. @throws FetchFailure */
  body(): AsyncGenerator<Uint8Array>;
  /** The server has sent more than was asked for. */
  readonly isAhead: boolean;
  /** Gives the connection up for TLS, or another reader, which gets what was received and not taken. */
  detach(): void;
  close(): void;
}

export interface WireTimes {
  /** The longest wait for a line. */
  readonly lineMs: number;
  /** The longest time that a piece of a message may take… */
  readonly pieceMs: number;
  /** …of so many bytes. */
  readonly pieceBytes: number;
}

const usualTimes: WireTimes = { lineMs: 60_000, pieceMs: 600_000, pieceBytes: 64 * 1024 };

/** RFC 1939 allows 512; some servers say more. Another limit goes with the call. */
const longestLine = 2048;
const LF = 0x0a;
const CR = 0x0d;
const dot = 0x2e;

export function createWire(stream: Duplex, host: string, clock: Clock, times: WireTimes = usualTimes): Wire {
  let held: Buffer = Buffer.alloc(0);
  let ended: Error | undefined;
  let wake = (): void => {};
  const look = () => wake();
  const end = () => {
    ended ??= new FetchFailure('unable', `${host} has closed the connection`);
    wake();
  };
  const fail = (error: Error) => {
    ended ??= new FetchFailure('unable', `the connection to ${host} broke: ${error.message}`);
    wake();
  };
  stream.on('readable', look).on('end', end).on('close', end).on('error', fail);

  /** More bytes. @param isLate is asked when woken */
  async function more(isLate: () => boolean): Promise<void> {
    for (;;) {
      const piece: Buffer | null = stream.read();
      if (piece !== null) {
        held = held.length === 0 ? piece : Buffer.concat([held, piece]);
        return;
      }
      if (ended) throw ended;
      if (isLate()) throw new FetchFailure('unable', `${host} is too slow, or does not answer`);
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
  }

  /** Runs with a deadline, which counts progress and not single bytes. */
  async function within<T>(ms: number, work: (isLate: () => boolean) => Promise<T>): Promise<T> {
    let late = false;
    const cancel = clock.after(ms, () => {
      late = true;
      wake();
    });
    try {
      return await work(() => late);
    } finally {
      cancel();
    }
  }

  const line = (longest = longestLine) =>
    within(times.lineMs, async isLate => {
      for (let from = 0; ; ) {
        const at = held.indexOf(LF, from);
        if (at >= 0) {
          const text = held.toString('latin1', 0, at > 0 && held[at - 1] === CR ? at - 1 : at);
          held = held.subarray(at + 1);
          return text;
        }
        if (held.length > longest) throw new FetchFailure('unable', `${host} sends a line that does not end`);
        from = held.length;
        await more(isLate);
      }
    });

  async function* body(): AsyncGenerator<Uint8Array> {
    const unstuffer = createUnstuffer();
    while (!unstuffer.isOver) {
      // Time for so many bytes: a server that trickles is given up, a slow one is not.
      const pieces = await within(times.pieceMs, async isLate => {
        const all: Uint8Array[] = [];
        for (let bytes = 0; bytes < times.pieceBytes && !unstuffer.isOver; ) {
          if (held.length === 0) await more(isLate);
          const { piece, used } = unstuffer.push(held);
          held = held.subarray(used);
          bytes += used;
          all.push(piece);
        }
        return Buffer.concat(all);
      });
      if (pieces.length > 0) yield pieces;
    }
  }

  return {
    send: command => void stream.write(`${command}\r\n`, 'latin1'),
    line,
    body,
    get isAhead() {
      return held.length > 0 || stream.readableLength > 0;
    },
    detach() {
      stream.off('readable', look).off('end', end).off('close', end).off('error', fail);
      if (held.length > 0) stream.unshift(held);
    },
    close() {
      stream.on('error', () => {});
      stream.destroy();
    },
  };
}

interface Unstuffer {
  /** @returns the text so far, and how much of the input it came from */
  push(raw: Buffer): { readonly piece: Uint8Array; readonly used: number };
  readonly isOver: boolean;
}

/** Removes the dots before lines that start with one, and the CR of each CR LF; ends with the line that is a dot. */
function createUnstuffer(): Unstuffer {
  /** What was seen of a line so far. */
  let state: 'start' | 'dot' | 'dot-cr' | 'line' | 'cr' = 'start';
  let isOver = false;
  return {
    get isOver() {
      return isOver;
    },
    push(raw) {
      const out = Buffer.allocUnsafe(raw.length + 2);
      let filled = 0;
      let at = 0;
      for (; at < raw.length && !isOver; at++) {
        const byte = raw[at] as number;
        if (state === 'start' && byte === dot) {
          state = 'dot';
          continue;
        }
        if (state === 'dot' && byte === CR) {
          state = 'dot-cr';
          continue;
        }
        if ((state === 'dot' || state === 'dot-cr') && byte === LF) {
          isOver = true;
          continue;
        }
        // A CR that no LF follows is part of the text.
        if ((state === 'cr' || state === 'dot-cr') && byte !== LF) out[filled++] = CR;
        state = byte === LF ? 'start' : byte === CR ? 'cr' : 'line';
        if (byte !== CR) out[filled++] = byte;
      }
      return { piece: out.subarray(0, filled), used: at };
    },
  };
}
