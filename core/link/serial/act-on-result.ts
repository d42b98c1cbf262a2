// What is done with a message when its server has answered: accepted ones are removed, refused ones stay, or go back to their
// senders first. A bounce is in the queue before its message is gone.
import { statSync, unlinkSync } from 'node:fs';
import { reasonOf } from '../../lib/user-error.ts';
import type { SerialResult } from './send-list.ts';

/** What became of a bounce. `discarded`: it was one that is thrown away. */
export type Bounced =
  | { readonly kind: 'queued'; readonly qp: number }
  | { readonly kind: 'discarded'; readonly as: 'triple bounce' | 'double bounce' }
  | { readonly kind: 'failed'; readonly why: string };

/** Sends a message back to its sender. */
export type ReturnToSender = (name: string, text: string, tooOld: boolean) => Promise<Bounced>;

export interface Acting {
  /** How lines of the log begin: `maildirserial`, `link NAME`. */
  readonly program: string;
  /** The Maildir. */
  readonly directory: string;
  /** Whether a message of that time has waited so long that a refusal for now counts as a permanent one. */
  readonly isTooOld: (mtimeSec: number) => boolean;
  /** Undefined: what is refused permanently stays where it is. */
  readonly bounce: ReturnToSender | undefined;
  /** Takes a line without its end. */
  readonly log: (line: string) => void;
}

/** Does what a result asks for. @returns what became of the file */
export async function actOnResult(
  name: string,
  { status, text }: SerialResult,
  acting: Acting,
): Promise<'sent' | 'bounced' | 'kept'> {
  const { program, bounce, log } = acting;
  const info = (what: string) => log(`${program}: info: ${name} ${what}: ${text}`);
  if (status === 'K') {
    info('succeeded');
    return remove(name, 'message will be delivered twice!', acting) ? 'sent' : 'kept';
  }
  const tooOld = status !== 'D' && isTooOld(name, acting);
  if (status !== 'D' && !tooOld) {
    info('failed temporarily');
    return 'kept';
  }
  if (!bounce) {
    info('failed');
    return 'kept';
  }
  return sendBack(name, { text, tooOld }, bounce, acting);
}

/** Returns a message to its sender, and removes it. */
export async function sendBack(
  name: string,
  { text, tooOld }: { readonly text: string; readonly tooOld: boolean },
  bounce: ReturnToSender,
  acting: Pick<Acting, 'program' | 'directory' | 'log'>,
): Promise<'bounced' | 'kept'> {
  const { program, log } = acting;
  log(`${program}: info: ${name} bounced: ${text}`);
  const bounced = await bounce(name, text, tooOld);
  if (bounced.kind === 'failed') {
    log(`${program}: warning: ${bounced.why}`);
    return 'kept';
  }
  const done = bounced.kind === 'queued' ? `returned ${name}: qp ${bounced.qp}` : `discarding ${name}: ${bounced.as}`;
  log(`${program}: info: ${done}`);
  return remove(name, 'message has been bounced but not removed!', acting) ? 'bounced' : 'kept';
}

function isTooOld(name: string, { program, directory, isTooOld, log }: Acting): boolean {
  try {
    return isTooOld(Math.floor(statSync(fileIn(directory, name)).mtimeMs / 1000));
  } catch (error) {
    log(`${program}: warning: assuming message is still alive; unable to stat ${name}: ${reasonOf(error)}`);
    return false;
  }
}

function remove(
  name: string,
  warning: string,
  { program, directory, log }: Pick<Acting, 'program' | 'directory' | 'log'>,
): boolean {
  try {
    unlinkSync(fileIn(directory, name));
    return true;
  } catch (error) {
    log(`${program}: warning: ${warning} unable to unlink ${name}: ${reasonOf(error)}`);
    return false;
  }
}

/** The path of a file of a Maildir. @param name a byte string */
export function fileIn(directory: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(name, 'latin1')]);
}
