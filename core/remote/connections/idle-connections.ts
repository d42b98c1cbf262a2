// Keeps connections open for a moment after a server has accepted a message, so that the next transaction at the same server needs no
// new connect, greeting and EHLO. Invariant: a connection in here is idle and usable; anything that happens on it while it is idle ends it.
import type { Clock } from '../../lib/clock.ts';
import type { SmtpSession } from '../smtp/session.ts';

/** Idle connections by purpose. */
export interface IdleConnections {
  /** Takes an idle connection for this purpose out, if there is one. */
  take(purpose: string): SmtpSession | undefined;
  /** Keeps a connection for the next message to the same server, or closes it if it was used often enough. */
  keep(purpose: string, session: SmtpSession): void;
  /** Sends QUIT on all, and keeps none from now on. */
  close(): void;
}

interface Idle {
  readonly purpose: string;
  readonly session: SmtpSession;
  readonly sinceMs: number;
  readonly cancelTimer: () => void;
}

const idleMs = 1000;
/** Servers limit the number of messages on one connection, and enforce that with errors: stop before. */
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
        // The machine was suspended, and its timers too: the other end may have closed this connection.
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
