// How long a client may hold its place: every client has to get on, or somebody else gets the place. Silence is the
// socket's timeout; here are those who say something now and then so that it never comes.
import type { Clock } from '../lib/clock.ts';
import type { ClientKind } from '../listen/client-kind.ts';

/** Watches one client. */
export interface SessionLimits {
  /** Bytes came. @returns true: too few, for too long */
  bytes(count: number): boolean;
  /** The host took its time, which is not the client's fault. */
  waited(): void;
  /**
   * A command came. @param counted a recipient that is taken, or one too many of a long list, is not talk: only time counts
   * @returns true: there were too many, or for too long, without a message
   */
  command(counted?: boolean): boolean;
  /** A message was accepted: the client is here for a reason. */
  message(): void;
}

/** Less than this within the timeout of a silent client is as bad as silence. */
export const fewBytes = 1024;
const maxCommands = 1000;
const longestMs = 3_600_000;

/** How long a client may take until its first message begins. Those who may relay sit behind slow links, too. */
export function messageStartLimitMs(clientKind: ClientKind): number {
  return clientKind === 'known' ? 300_000 : 60_000;
}

/**
 * @param timeoutMs after this much silence a client is sent away
 * @param progress called whenever it has sent something worth the name
 */
export function createSessionLimits(clock: Clock, timeoutMs: number, progress: () => void = () => {}): SessionLimits {
  let windowAtMs = clock.nowMs();
  let windowBytes = 0;
  let messageAtMs = windowAtMs;
  let commands = 0;

  function waited(): void {
    windowAtMs = clock.nowMs();
    windowBytes = 0;
  }

  return {
    bytes(count) {
      windowBytes += count;
      if (windowBytes < fewBytes) return clock.nowMs() - windowAtMs > timeoutMs;
      waited();
      progress();
      return false;
    },
    waited,
    command(counted = true) {
      waited();
      if (counted) commands++;
      return commands > maxCommands || windowAtMs - messageAtMs > longestMs;
    },
    message() {
      waited();
      messageAtMs = windowAtMs;
      commands = 0;
    },
  };
}
