// Connections on which a server has just taken a message, kept open for a moment so that the next recipient at the same
// server needs no new connect, greeting and EHLO. One recipient per transaction still holds: only the connection is shared.
// Invariant: a connection in here is idle and in order; whatever happens on it while it waits ends it.
import type { Clock } from '../lib/clock.ts';
import type { SmtpSession } from './smtp-session.ts';

/** Idle connections, by what they are good for. */
export interface IdleConnections {
  /** A connection for this purpose, if one is idle; it is the caller's now. */
  take(purpose: string): SmtpSession | undefined;
  /** Keeps a connection for the next message to the same server, or closes it when it has served long enough. */
  keep(purpose: string, session: SmtpSession): void;
  /** Says QUIT on all, and keeps none from now on. */
  close(): void;
}

interface Idle {
  readonly purpose: string;
  readonly session: SmtpSession;
  readonly sinceMs: number;
  readonly cancelTimer: () => void;
}

const idleMs = 1000;
/** Servers limit what they take on one connection, and enforce it with errors: better to leave before. */
const maxMessages = 100;
const maxIdle = 64;

export function createIdleConnections(clock: Clock): IdleConnections {
  const idle: Idle[] = [];
  let closed = false;

  function remove(entry: Idle): void {
    entry.cancelTimer();
    idle.splice(idle.indexOf(entry), 1);
  }

  function end(entry: Idle): void {
    remove(entry);
    sayGoodbye(entry.session);
  }

  return {
    take(purpose) {
      for (let entry = find(purpose); entry; entry = find(purpose)) {
        // The machine slept, timers and all: nobody knows what the other end thinks of this connection.
        if (clock.nowMs() - entry.sinceMs <= 2 * idleMs) {
          remove(entry);
          return entry.session;
        }
        end(entry);
      }
      return undefined;
    },
    keep(purpose, session) {
      if (closed || session.accepted >= maxMessages || !session.channel.quiet) return sayGoodbye(session);
      const entry: Idle = {
        purpose,
        session,
        sinceMs: clock.nowMs(),
        cancelTimer: clock.after(idleMs, () => end(entry)),
      };
      session.channel.whenDisturbed(() => end(entry));
      idle.push(entry);
      if (idle.length > maxIdle) end(idle[0] as Idle);
    },
    close() {
      closed = true;
      for (const entry of [...idle]) end(entry);
    },
  };

  function find(purpose: string): Idle | undefined {
    return idle.findLast(entry => entry.purpose === purpose);
  }
}

function sayGoodbye({ channel }: SmtpSession): void {
  channel.close('QUIT\r\n');
}
