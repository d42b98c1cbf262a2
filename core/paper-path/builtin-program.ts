// Programs of ours that .qmail lines call (forward, fastforward, …). Each is one function, written once: it runs as a
// command of its own name, or inside the host when a .qmail line calls it, with no process of its own. So it must touch
// the world through its call only: not through process.env, process.cwd(), process.stdin or process.exit.
import type { Accepted, Envelope, MessageSource } from './shapes.ts';

/** Runs the program to its end. @returns its exit code. What it throws counts as a crash. */
export type BuiltinProgram = (call: ProgramCall) => Promise<number>;

/** Programs by the name that .qmail lines call them by, loaded when they are first called. */
export type BuiltinPrograms = Readonly<Record<string, () => Promise<BuiltinProgram>>>;

/** One call. All strings are byte strings. */
export interface ProgramCall {
  /** Without the program's name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working directory: paths are relative to it, and not to that of the process. */
  readonly cwd: string;
  readonly nowMs: () => number;
  readonly input: ProgramInput;
  /** Writes to standard output and standard error. For a .qmail line both are the delivery's report. */
  readonly out: (bytes: string) => void;
  readonly err: (bytes: string) => void;
  /** Queues what is left of the input, with the lines of `head` on top. */
  readonly forward: (head: string, envelope: Envelope) => Promise<Queued>;
  /** Queues a message that the program writes. */
  readonly queue: (source: MessageSource, envelope: Envelope) => Promise<Queued>;
  /** Runs another program, and waits for its end. */
  readonly run: (inner: InnerProgram) => Promise<InnerEnd>;
}

/** The result of queueing: `qp` is the number to report, `text` the reason of a refusal. */
export type Queued = Pick<Extract<Accepted, { ok: true }>, 'ok' | 'qp'> | Extract<Accepted, { ok: false }>;

/** Standard input: in a .qmail line the message, at its first byte when the program starts. */
interface ProgramInput {
  /**
   * The rest of the bytes. A piece is valid until the next one is asked for.
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
  /** It reads these bytes and then the rest of the input, from a pipe. Undefined: it reads the input itself. */
  readonly head?: string;
}

/** An exit code; `crashed`: it was killed; or why it could not be run. */
export type InnerEnd = number | 'crashed' | NotRun;

interface NotRun {
  readonly why: string;
  /** It may be different at the next try. */
  readonly temporary: boolean;
}
