// What a run over one account works with, whatever its protocol.
import type { SecureContext } from 'node:tls';
import type { ReachDeps } from '../conversation/reach.ts';
import type { Dispose } from '../lib/dispose.ts';
import type { Credential } from '../login/secret.ts';
import type { TakeDeps } from './message/take-message.ts';
import type { MailboxState } from './state/mailbox-state.ts';

export interface FetchSession extends TakeDeps {
  readonly reach: ReachDeps;
  readonly credential: Credential;
  /** Of TLS. */
  readonly context: SecureContext;
  /** Ends the run. */
  readonly stop: AbortSignal;
  /** The state of the mailbox, or of one of its folders. @throws FetchFailure */
  readonly stateOf: (folder?: string) => MailboxState;
  readonly progress: FetchProgress;
  /**
   * A round went well, and the connection stays open: resolves when the next is due, because its time has come, somebody asks for it
   * or there is news. @param listen until the returned function is called
   */
  readonly rest: (listen: (wake: () => void) => Dispose) => Promise<void>;
}

/** What a run has done so far. */
export interface FetchProgress {
  /** Messages are to be fetched, as far as that is known. */
  expect(messages: number): void;
  fetched(bytes: number): void;
  left(): void;
  deleted(): void;
  /** Something that the owner should know, though the run went well. */
  remark(text: string): void;
}

/** What a connection with its login needs of a run. */
export type ServerSession = Pick<FetchSession, 'account' | 'clock' | 'reach' | 'credential' | 'context' | 'stop'>;

const dayMs = 86_400_000;

/** Whether a message that is here is to be deleted at the server now. */
export function isDue(keep: 'always' | number, atMs: number, nowMs: number): boolean {
  return keep !== 'always' && nowMs >= atMs + keep * dayMs;
}
