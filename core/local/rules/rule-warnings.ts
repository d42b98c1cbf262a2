// Warns about .qmail lines that would defer mail, create loops or send mail to the wrong place.
import { statSync } from 'node:fs';
import { classify } from '../../control/classify.ts';
import type { Control } from '../../control/control.ts';
import { displayAddress, lowerAscii, splitAddress } from '../../message/address.ts';
import { rawPath } from '../raw-path.ts';
import { mistakeOf } from './address-mistakes.ts';
import type { Instruction } from './dot-qmail.ts';
import { dotQmailCandidates } from './find-dot-qmail.ts';

/** The reason why only forwards are allowed, if so. */
export type ForwardOnly = 'x-bit' | 'list-flag' | undefined;

/** The context of a line, as byte strings. */
export interface LineContext {
  readonly homeDir: string;
  readonly forwardOnly: ForwardOnly;
  /** Whether mail for an address is decided by this same rule. */
  readonly isOwn: (address: string) => boolean;
  /** The host that the queue adds to an address without `@`. */
  readonly envNoAtHost: string;
}

/** The most important warning about a line, or null. */
export function warnLine(instruction: Instruction, context: LineContext): string | null {
  const mistake = mistakeOf(instruction);
  if (mistake !== undefined) return `Mail waits here: ${mistake}.`;
  switch (instruction.kind) {
    case 'maildir':
      return warnForwardOnly(context) ?? warnMaildir(instruction.text, context.homeDir);
    case 'mbox':
      return warnForwardOnly(context) ?? warnMbox(instruction.text, context.homeDir);
    case 'program':
      return (
        warnForwardOnly(context) ??
        warnText(instruction.text) ??
        'This program runs as you for each message to this address. Make sure you know what it does.'
      );
    case 'forward':
      return warnForward(instruction.text, context);
    case 'empty':
      return instruction.line === 1 ? 'An empty first line makes all mail wait. Remove it.' : null;
    default:
      return null;
  }
}

function warnForwardOnly({ forwardOnly }: LineContext): string | null {
  if (forwardOnly === 'list-flag') return 'After +list only forwards are allowed: mail waits at this line.';
  if (forwardOnly === 'x-bit') {
    return 'The file has its x bit set, so only forwards are allowed: mail waits at this line. Saving the rule here clears the bit.';
  }
  return null;
}

function warnText(text: string): string | null {
  return text.endsWith('\r')
    ? 'The line ends in a carriage return (a DOS line ending), which counts as part of it.'
    : null;
}

function absolute(path: string, homeDir: string): string {
  return path.startsWith('/') ? path : `${homeDir}/${path}`;
}

function isDirectory(path: string): boolean {
  try {
    return statSync(rawPath(path)).isDirectory();
  } catch {
    return false;
  }
}

function warnMaildir(path: string, homeDir: string): string | null {
  const dir = absolute(path, homeDir);
  const shown = displayAddress(path);
  if (!isDirectory(dir))
    return `There is no folder ${shown}: mail waits until there is one. Create it with: maildirmake ${shown}`;
  if (['tmp', 'new', 'cur'].every(part => isDirectory(`${dir}/${part}`))) return null;
  return `${shown} is not a Maildir: it lacks tmp, new or cur, and mail waits until they exist.`;
}

function warnMbox(path: string, homeDir: string): string | null {
  const file = absolute(path, homeDir);
  const shown = displayAddress(path);
  if (isDirectory(file)) return `${shown} is a folder: mail waits. For a Maildir end the line with a slash.`;
  const parent = file.slice(0, file.lastIndexOf('/')) || '/';
  return isDirectory(parent) ? null : `The folder of ${shown} does not exist: mail waits until it does.`;
}

function warnForward(address: string, context: LineContext): string | null {
  const shown = displayAddress(address);
  if (context.isOwn(address)) return 'This is the rule’s own address: the copy would come back and bounce as a loop.';
  if (splitAddress(address).host !== undefined) return null;
  if (/^\w*\//.test(address)) {
    return `This counts as an address, not as a file. For a file or folder start the line with ./ or /.`;
  }
  return `There is no @ in this address: it goes to ${shown}@${displayAddress(context.envNoAtHost)}.`;
}

/**
 * Whether mail to an address is decided by the rule `.qmail` + `name` of `user`. If that rule forwards to it, mail loops.
 * All are byte strings.
 */
export function isDecidedBy(
  rule: { readonly user: string; readonly homeDir: string; readonly name: string },
  address: string,
  control: Control,
): boolean {
  const classified = classify(address, control);
  if (classified.channel !== 'local') return false;
  const { local } = splitAddress(classified.address);
  const isWhole = lowerAscii(local) === lowerAscii(rule.user);
  if (!isWhole && !lowerAscii(local).startsWith(`${lowerAscii(rule.user)}-`)) return false;
  const candidates = isWhole ? dotQmailCandidates('', '') : dotQmailCandidates('-', local.slice(rule.user.length + 1));
  const own = `.qmail${rule.name}`;
  return candidates.find(({ name }) => name === own || isFile(`${rule.homeDir}/${name}`))?.name === own;
}

function isFile(path: string): boolean {
  try {
    return statSync(rawPath(path)).isFile();
  } catch {
    return false;
  }
}
