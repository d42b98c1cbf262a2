// A mail server under test. All have the same methods, so that a workload need not know which one it has.
import type { BenchRun } from '../bench-run.ts';
import type { Progress } from '../log-follower.ts';

export type SubjectName = 'waypost' | 'postfix' | 'notqmail' | 'serialmail';

/** A kind of mail server that is installed on this machine. */
export interface SubjectKind {
  readonly name: SubjectName;
  /** Name and version, for the heading of the table. */
  readonly title: string;
  /** Makes a fresh one with an empty queue; what it leaves is removed with the run. */
  open(run: BenchRun, options?: SubjectOptions): Promise<Subject>;
}

export interface SubjectOptions {
  /** The port on the loopback that mail for the remote domain goes to; default: one without a listener. */
  readonly relayPort?: number;
  /** Mail to the remote domain takes one connection at a time, not several. */
  readonly oneConnection?: boolean;
}

/** One mail server. It knows the addresses of addresses.ts. */
export interface Subject {
  /** Where mail for the user and for the fan-out domain arrives. */
  readonly maildir: string;
  /** Resolves when mail can be sent to the port. */
  start(): Promise<void>;
  /** Takes mail in by its usual way, with the scheduler stopped; before and afterwards nothing runs. */
  queueWhileStopped(messages: number, bodyBytes: number): Promise<void>;
  /** Ends it in order. @throws when it does not end */
  stop(): Promise<void>;
  /** How many messages its queue holds on the disk while it does not run. */
  waiting(): number;
  /** Known while it runs. */
  port(): number;
  /** What its log says since it was opened. */
  progress(): Readonly<Progress>;
  /** Its processes, the main one first. */
  pids(): number[];
}

/** An address without a listener: the discard port. */
export const nobodyPort = 9;
