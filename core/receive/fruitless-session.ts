// Limits on a session that is not silent, but does not proceed either. The socket's timeout ends silent ones; these limits end
// those that send something now and then so that the timeout never passes.
import type { Clock } from '../lib/clock.ts';
import type { ClientKind } from '../listen/client-kind.ts';

/** Of one client. */
export interface SessionLimits {
  /** Bytes were received. @returns true: too few, for too long */
  bytes(count: number): boolean;
  /** The host made the client wait: that time does not count. */
  waited(): void;
  /**
   * A command was received. @param counted false for a recipient of a long list: then only time counts
   * @returns true: there were too many, or for too long, without a message
   */
  command(counted?: boolean): boolean;
  /** A message was accepted: the limits start again. */
  message(): void;
}

/** Less than this within the timeout of a silent client is as bad as silence. */
export const fewBytes = 1024;
const maxCommands = 1000;
const longestMs = 3_600_000;

/** How long a client may take until its first message starts. Clients that may relay may have slow links. */
export function messageStartLimitMs(clientKind: ClientKind): number {
  return clientKind === 'known' ? 300_000 : 60_000;
}

/**
 * @param timeoutMs after this much silence a client is dismissed
 * @param progress called whenever the client has sent enough
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
