// The types that services hand each other on the paper path: what enters the queue, and what leaves it for delivery.
import type { EnvelopeDsn, MessageDsn, RecipientDsn } from './dsn.ts';
import type { Outcome } from './outcome.ts';

/** An envelope: sender and recipients as byte strings. The empty sender is `''`. */
export interface Envelope {
  readonly sender: string;
  readonly recipients: readonly string[];
  /** What the sender wants to be told; undefined: nothing was said about it. */
  readonly dsn?: EnvelopeDsn | undefined;
}

/** A message's bytes, LF line ends, in pieces. If iteration throws, nothing is queued and the error is passed on. */
export type MessageSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** What hands the message over, for the `Received: (qmail … invoked …)` line and the log; `as`: the user alias does. */
export type Invoker = 'network' | 'bounce' | { readonly uid: number; readonly as?: 'alias' };

/**
 * Takes responsibility for a message. When it resolves with `ok`, the message is durable on disk.
 * @param onCommit called then, before any delivery starts: what it notes is noted before the message can be gone
 */
export type Accept = (
  source: MessageSource,
  envelope: Envelope,
  invoker: Invoker,
  onCommit?: () => void,
) => Promise<Accepted>;

/**
 * The result of handing a message to the queue. `id` is its number (0 when a filter program took it); `qp` is what
 * qmail's log calls the pid of qmail-queue.
 */
export type Accepted = { readonly ok: true; readonly id: number; readonly qp: number } | Refused;

/** The queue refused the message. */
export interface Refused {
  readonly ok: false;
  /** qmail-queue's exit code. */
  readonly code: number;
  /** True when trying again is pointless: a client gets 554, a program exits 100. */
  readonly permanent: boolean;
  /** The text that injectors show, e.g. `qq write error or disk full (#4.3.0)`. */
  readonly text: string;
}

/** One recipient of one queued message, ready for an attempt. Addresses are byte strings. */
export interface DeliveryJob {
  /** qmail's message number. */
  readonly id: number;
  /** The message file, `queue/mess/…`; it exists until the attempt ends. Reading this property creates it if it is missing. */
  readonly path: string;
  /** The file's bytes, if they are in memory: a delivery that can use these does not read `path`. */
  readonly raw?: Uint8Array;
  /** Envelope sender, VERP already expanded. */
  readonly sender: string;
  readonly recipient: string;
  /** What its sender wants to be told. */
  readonly dsn?: (MessageDsn & RecipientDsn) | undefined;
  /**
   * A local delivery calls this when it knows what it is going to do, before it does anything. @returns false: there is no room
   * now; the delivery must do nothing, its outcome is ignored, and it will be called again
   */
  readonly begin?: (intent: Intent) => boolean;
  /**
   * Takes places in lanes before `begin`, for what is known earlier: the user whose process reads the rules. @returns false as `begin`
   */
  readonly enter?: (lanes: readonly Lane[]) => boolean;
}

/** What a local delivery is going to do. */
export interface Intent {
  /** The lanes that it shares with deliveries that may hang for the same reason. */
  readonly lanes: readonly Lane[];
  /** The program lines, for people. */
  readonly programs: readonly string[];
}

/** Deliveries that must not have all slots together: a quarter of them, a half, or most. */
export interface Lane {
  readonly key: string;
  readonly share: 'quarter' | 'half' | 'most';
}

/** Recipients of one message with the same key are delivered together, up to `most`, if they start in one turn of the event loop. */
export interface DeliveryGroup {
  readonly key: string;
  readonly most: number;
}

/** Undefined: this recipient is delivered alone. */
export type GroupOf = (job: Pick<DeliveryJob, 'sender' | 'recipient'>) => DeliveryGroup | undefined;

/** One attempt. An exception counts as a temporary failure, never as loss. */
export type Deliver = (job: DeliveryJob) => Promise<Outcome>;
