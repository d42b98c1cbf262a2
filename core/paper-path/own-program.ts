// Programs of ours that .qmail lines call (forward, fastforward, …). Each is one function, written once: it runs as a
// command of its own name, or inside the host when a .qmail line calls it, with no process of its own. So it must touch
// the world through its call only: not through process.env, process.cwd(), process.stdin or process.exit.
import type { Accepted, Envelope, MessageSource } from './shapes.ts';

/** Runs the program to its end. @returns its exit code. What it throws counts as a crash. */
export type OwnProgram = (call: ProgramCall) => Promise<number>;

/** Programs by the name that .qmail lines call them by, loaded when they are first called. */
export type OwnPrograms = Readonly<Record<string, () => Promise<OwnProgram>>>;

/** One call. All strings are byte strings. */
export interface ProgramCall {
  /** Without the program's own name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working directory: paths count from here, and the process that runs this may be anywhere else. */
  readonly cwd: string;
  readonly nowMs: () => number;
  readonly input: ProgramInput;
  /** Writes to standard output and standard error. For a .qmail line both are the delivery's report. */
  readonly out: (bytes: string) => void;
  readonly err: (bytes: string) => void;
  /** Queues what is left of the input, with the lines of `head` on top. */
  readonly forward: (head: string, envelope: Envelope) => Promise<Queued>;
  /** Queues a message that the program makes. */
  readonly queue: (source: MessageSource, envelope: Envelope) => Promise<Queued>;
  /** Runs another program, and waits for its end. */
  readonly run: (inner: InnerProgram) => Promise<InnerEnd>;
}

/** What came of queueing: `qp` is the number to report, `text` what to say of a refusal. */
export type Queued = Pick<Extract<Accepted, { ok: true }>, 'ok' | 'qp'> | Extract<Accepted, { ok: false }>;

/** Standard input: in a .qmail line the message, and it stands at the first byte when the program starts. */
interface ProgramInput {
  /**
   * The bytes that are left of it. A piece is good until the next one is asked for.
   * @throws Error whose message says why it cannot be read, also while iterating
   */
  pieces(): MessageSource;
  /** Goes back to the first byte. @throws Error when it cannot (a pipe) */
  rewind(): void;
}

/** A program to run inside a program; it has the same environment, directory and output. */
export interface InnerProgram {
  /** Its name (looked for in PATH unless it has a slash) and arguments. */
  readonly argv: readonly [string, ...string[]];
  /** It reads these bytes and then what is left of the input, from a pipe. Without: the input itself. */
  readonly head?: string;
}

/** An exit code; `crashed`: it was killed; or why it could not be run. */
export type InnerEnd = number | 'crashed' | NotRun;

interface NotRun {
  readonly why: string;
  /** It may be different at the next try. */
  readonly temporary: boolean;
}
