// The decisions of qmail-local before a delivery: whether the home may be used, which .qmail file applies, the sender of forwards, and
// which lines are refused. Deliveries and explanations share them, so explanations are true.
import { accessSync, constants, statSync } from 'node:fs';
import { reasonOf } from '../../lib/user-error.ts';
import { type Failure, permanentFailure, temporaryFailure } from '../failure.ts';
import { rawPath } from '../raw-path.ts';
import { mistakeOf } from './address-mistakes.ts';
import { type Instruction, parseDotQmail } from './dot-qmail.ts';
import { type DotQmailFile, findDotQmail, findNewSender, type Tried } from './find-dot-qmail.ts';

/** The recipient and the message, as byte strings. */
export interface PlanArgs {
  readonly homeDir: string;
  readonly local: string;
  readonly dash: string;
  readonly ext: string;
  readonly host: string;
  readonly sender: string;
  readonly defaultDelivery: string;
  /** Who gets the mail if there is no .qmail file: the address is one of the system (system-mail.ts). */
  readonly systemMailTo?: string | undefined;
}

/** What a delivery will do. */
export interface Plan {
  readonly file: DotQmailFile | undefined;
  /** There is no .qmail file, or it is empty. */
  readonly usesDefault: boolean;
  /** Instead of the default delivery, control/adminaddr applies. */
  readonly isSystemMail: boolean;
  readonly instructions: readonly Instruction[];
  readonly newSender: string;
}

/** @param tried called for each .qmail file that was tried */
export function planDelivery(args: PlanArgs, tried?: Tried): { readonly plan: Plan } | { readonly failure: Failure } {
  const found = findDotQmail(args, tried);
  if (found && 'failure' in found) return found;
  const systemMailTo = found ? undefined : args.systemMailTo;
  if (!found && systemMailTo === undefined && args.dash !== '')
    return { failure: permanentFailure('Sorry, no mailbox here by that name. (#5.1.1)') };
  const file = found?.file;
  const usesDefault = !file || file.text === '';
  const instructions = parseDotQmail(linesOf(args, file, systemMailTo) || '\n');
  const owner = instructions.some(needsNewSender) ? findNewSender(args) : { newSender: args.sender };
  if ('failure' in owner) return owner;
  return {
    plan: { file, usesDefault, isSystemMail: systemMailTo !== undefined, instructions, newSender: owner.newSender },
  };
}

function linesOf(
  { defaultDelivery }: PlanArgs,
  file: DotQmailFile | undefined,
  systemMailTo: string | undefined,
): string {
  if (systemMailTo !== undefined) return `&${systemMailTo}`;
  return file?.text || defaultDelivery;
}

/** Only programs and forwards need the new sender, and finding it costs a disk access. */
function needsNewSender({ kind }: Instruction): boolean {
  return kind === 'program' || kind === 'forward';
}

/** The reason why nothing may be delivered in this home now. `sticky`: its owner is editing .qmail files. */
export function checkHome(homeDir: string): Failure | 'sticky' | undefined {
  let mode: number;
  try {
    accessSync(rawPath(homeDir), constants.X_OK);
    const stat = statSync(rawPath(homeDir));
    if (!stat.isDirectory()) return temporaryFailure(`Unable to switch to ${homeDir}: not a directory. (#4.3.0)`);
    mode = stat.mode;
  } catch (error) {
    return temporaryFailure(`Unable to switch to ${homeDir}: ${reasonOf(error)}. (#4.3.0)`);
  }
  if (mode & 0o002) return temporaryFailure(`Uh-oh: home directory is writable. (#4.7.0)\nSee ${homeDir}`);
  return mode & 0o1000 ? 'sticky' : undefined;
}

export function stickyFailure(homeDir: string): Failure {
  return temporaryFailure(`Home directory is sticky: user is editing his .qmail file. (#4.2.1)\nSee ${homeDir}`);
}

/** The reason why the line must not be followed. */
export function refusedLine({ kind, line, text }: Instruction, forwardOnly: boolean): Failure | undefined {
  if (kind === 'empty' && line === 1) return temporaryFailure('Uh-oh: first line of .qmail file is blank. (#4.2.1)');
  const mistake = mistakeOf({ kind, text });
  if (mistake !== undefined) return temporaryFailure(`Uh-oh: ${mistake}. (#4.2.1)`);
  if (!forwardOnly) return undefined;
  if (kind === 'program') return temporaryFailure('Uh-oh: .qmail has prog delivery but has x bit set. (#4.7.0)');
  if (kind === 'maildir' || kind === 'mbox') {
    return temporaryFailure('Uh-oh: .qmail has file delivery but has x bit set. (#4.7.0)');
  }
  return undefined;
}
