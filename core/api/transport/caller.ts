// Who makes a call: a user of this host, and the transport that they use. Every call carries it, whatever its transport.

/** The transport knows it before it reads the call; nothing that a client says in a call can change it. */
export interface Caller {
  /** The user for whom the call is made. Today a host has one: its owner. */
  readonly user: string;
  readonly way: Way;
}

/** The transport of a call. `session`: the public name of a page's session, never its secret. */
type Way =
  | { readonly kind: 'desktop' }
  | { readonly kind: 'page'; readonly session: string }
  | { readonly kind: 'control-socket' };

/** For the log: `alice by the desktop`, `alice by page session x7f3`. */
export function callerText({ user, way }: Caller): string {
  switch (way.kind) {
    case 'desktop':
      return `${user} by the desktop`;
    case 'page':
      return `${user} by page session ${way.session}`;
    case 'control-socket':
      return `${user} by the control socket`;
  }
}
