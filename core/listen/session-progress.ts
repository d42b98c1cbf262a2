// What a session reports about its client, so that limits and the choice of whom to drop can follow it.

/** Reports of one session. */
export interface SessionProgress {
  /** The client has started what it came for: the time limit ends, and the session's own limits apply from here. */
  started(): void;
  /** The client makes progress: its slot is not given to others. */
  active(): void;
  loggedIn(): void;
  /** The client had to wait, or has more to send than others: it gets more time. */
  extend(ms: number): void;
}

/** For a session without a time limit and without others that want its slot. */
export const noTimeLimit: SessionProgress = { started() {}, active() {}, loggedIn() {}, extend() {} };
