// Who a session was with, as far as the host knows it: what it does for that client afterwards depends on it (AutoTURN).

/** The other end of a session. */
export interface SessionClient {
  /** The address from which it came. */
  readonly ip: string;
  /** The name with which it logged in. */
  readonly login?: string | undefined;
  /** SHA-256 of its TLS certificate, in lower-case hex. */
  readonly certificate?: string | undefined;
}
