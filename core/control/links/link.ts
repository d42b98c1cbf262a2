// What a link is: a way to another host that comes and goes. Its file is control/links/NAME; the words are in link-words.ts.
import type { UsageWindow } from '../../api/link-grammar.ts';

/** A link as its file describes it. Strings are what the file says; domains are lower case. */
export interface Link {
  /** Also the directory `serial/NAME` with the messages that wait for it. */
  readonly name: string;
  /** Domains, `.suffixes`, or `*` for everything that is not local: their mail waits in the link's Maildir. */
  readonly carries: readonly string[];
  /** Where messages are sent; undefined: the link has no server of its own. */
  readonly server: LinkServer | undefined;
  readonly protocol: 'smtp' | 'qmtp';
  /** TLS of the steps that send, and that ask by ETRN. */
  readonly tls: 'none' | 'starttls' | 'implicit';
  readonly certificate: LinkCertificate;
  /** A file with the certificates that are trusted instead of the system's; undefined: the system's. */
  readonly authority: string | undefined;
  /** The name in EHLO; undefined: control/helohost. */
  readonly heloHost: string | undefined;
  readonly knownBy: KnownBy;
  /** How often `knownBy` is looked at. */
  readonly checkEverySec: number;
  /** When the link may be used; empty: always. */
  readonly windows: readonly UsageWindow[];
  readonly limits: LinkLimits;
  readonly cost: LinkCost;
  /** Large amounts cost money: contacts are fewer, and further apart. */
  readonly metered: boolean;
  /** Messages above this are not sent over the link until a person orders it; undefined: all are sent. */
  readonly largestBytes: number | undefined;
  /** What waits longer than this is returned to its sender. */
  readonly lifetimeSec: number;
  /** What the lifetime counts: only while the link is up, or all the time. */
  readonly lifetimeCounts: 'link-time' | 'clock';
  /** One direction at a time: what brings mail here is done before what sends it. */
  readonly halfDuplex: boolean;
  /** What is done at each contact, in order. */
  readonly steps: readonly LinkStep[];
  /** Clients at whose contact what waits here is sent (AutoTURN). */
  readonly turnFor: readonly TurnClient[];
  /** The names by which ETRN (RFC 1985) asks for this link's mail: domains, or `#name`. */
  readonly etrnNodes: readonly string[];
}

/** `client`: the address from which the client of `turnFor` has come. A port is undefined where the protocol's applies. */
export type LinkServer =
  | { readonly kind: 'host'; readonly host: string; readonly port: number | undefined }
  | { readonly kind: 'client'; readonly port: number | undefined };

/** What must hold of the server's certificate: as lines of control/tlsdestinations have it. */
type LinkCertificate =
  /** It is trusted, and has the name of the server. */
  | { readonly kind: 'verified' }
  /** It is not looked at. */
  | { readonly kind: 'any' }
  /** It is this one; in lower-case hex. */
  | { readonly kind: 'pinned'; readonly sha256: string };

/** How it is known that a link is up. `person`: a person, or a hook of the system, says so. */
export type KnownBy =
  | { readonly kind: 'person' }
  | { readonly kind: 'interface'; readonly name: string }
  | { readonly kind: 'route'; readonly to: string }
  | { readonly kind: 'probe'; readonly host: string; readonly port: number }
  /** A shell command: it is up when this exits 0. */
  | { readonly kind: 'command'; readonly command: string };

/** When a contact is given up, and when the link is not used again until the next day; undefined: no limit. */
interface LinkLimits {
  readonly contactMinutes: number | undefined;
  readonly contactBytes: number | undefined;
  readonly dayMinutes: number | undefined;
  readonly dayBytes: number | undefined;
}

interface LinkCost {
  readonly perMinute: number;
  readonly perMegabyte: number;
  /** As it is printed after an amount. */
  readonly currency: string;
}

export type LinkStep =
  /** Sends what waits in the link's Maildir to its server. */
  | { readonly kind: 'send' }
  /** A connection that is itself the request for our mail (AutoTURN, qturn). */
  | { readonly kind: 'turn'; readonly host: string; readonly port: number }
  /** ETRN (RFC 1985) for these nodes. */
  | { readonly kind: 'etrn'; readonly host: string; readonly port: number; readonly nodes: readonly string[] }
  /** Lets the ordinary queue send: it waits for this link. */
  | { readonly kind: 'queue' }
  /** Fetches the mail of an account (control/fetch/NAME). */
  | { readonly kind: 'fetch'; readonly account: string };

/** Whom a link's mail is sent to when it makes contact. */
export type TurnClient =
  | { readonly kind: 'address'; readonly network: string }
  | { readonly kind: 'login'; readonly user: string }
  /** SHA-256 of the client's TLS certificate, in lower-case hex. */
  | { readonly kind: 'certificate'; readonly sha256: string };

/** How the local part of a recipient starts whose mail waits for a link (the prefix of serialmail). */
export const linkPrefix = (name: string): string => `link-${name}-`;

/** The link for which mail to this address waits, by the address alone. @param address rewritten, a byte string */
export function linkNameIn(address: string): string | undefined {
  return prefixed.exec(address)?.[1];
}

/** The address before it was routed to a link. */
export function withoutLinkPrefix(address: string): string {
  return address.replace(prefixed, '');
}

const prefixed = /^link-([a-z0-9_]{1,32})-/;
