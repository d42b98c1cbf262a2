// dot-forward: follows sendmail's .forward files, from a .qmail line: `|dot-forward .forward`, then `./Maildir/`.
import { readFileSync } from 'node:fs';
import { readMessageControl } from '../../control/message-control.ts';
import { parseOptions } from '../../lib/process/getopt.ts';
import { errorCode, reasonOf, UserError } from '../../lib/user-error.ts';
import { addressFromText, displayAddress, lowerAscii } from '../../message/address.ts';
import { hostQualifier } from '../../message/header/rewrite.ts';
import { type Token, unquoteTokens } from '../../message/header/tokens.ts';
import type { BuiltinProgram, ProgramCall, Queued } from '../../paper-path/builtin-program.ts';
import { readAliasEntries } from '../forwarding/alias-addresses.ts';
import { absolute, rawPath } from '../raw-path.ts';
import { fatal, usage } from './program-exit.ts';
import { runCommand } from './shell-command.ts';

const name = 'dot-forward';

/** The meaning of one address in a file. */
type Instruction =
  | { readonly kind: 'program' | 'forward'; readonly text: string }
  /** The user: the next .qmail lines deliver. */
  | { readonly kind: 'direct' };

/** @returns 0 continue with the next .qmail line, 99 done, 100 permanent failure, 111 try again */
export const dotForward: BuiltinProgram = async call => {
  let dryRun = false;
  const files = parseOptions(call.args, { valued: '' }, letter => {
    dryRun = letter === 'n';
    return letter === 'n' || letter === 'N';
  });
  if (!files) return usage(call, `${name} [ -nN ] file ...`);
  try {
    const qualify = hostQualifier(readMessageControl(displayAddress(call.env.WAYPOST_HOME ?? '')));
    for (const file of files) {
      const text = readForwardFile(call, file);
      if (text === undefined) continue;
      const instructions = readInstructions(call, text, address => unquoteTokens(qualify(address)));
      if (instructions.length === 0) {
        if (dryRun) say(call, `skipping empty file ${file}`);
        continue;
      }
      const code = await (dryRun ? describe(call, instructions) : obey(call, instructions));
      return code === 0 && !instructions.some(isDirect) ? 99 : code;
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return fatal(call, name, error.exitCode === 100 ? 100 : 111, addressFromText(error.message));
  }
  if (dryRun) say(call, 'direct delivery');
  return 0;
};

/** @returns its contents; undefined: it does not exist */
function readForwardFile(call: ProgramCall, file: string): string | undefined {
  try {
    return readFileSync(rawPath(absolute(file, call.cwd)), 'latin1');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw temporary(`unable to read ${file}: ${reasonOf(error)}`);
  }
}

/**
 * Parses the whole file before anything is done. Within a line addresses are read from right to left.
 * @throws UserError (exit code 111) if a line cannot be parsed
 */
function readInstructions(
  call: ProgramCall,
  text: string,
  qualify: (address: readonly Token[]) => string,
): readonly Instruction[] {
  const instructions: Instruction[] = [];
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    if (line.startsWith('#')) continue;
    const entries = readAliasEntries(line, 'no includes');
    if (!entries || line.includes('\0')) throw temporary(`unable to parse this line: ${line}`);
    for (const { tokens } of entries) {
      const address = unquoteTokens(tokens);
      const hasHost = tokens.some(({ kind }) => kind === '@');
      if (address === '') continue;
      if (isUser(call, address, hasHost)) instructions.push({ kind: 'direct' });
      else if (!hasHost && address.startsWith('|')) instructions.push({ kind: 'program', text: address.slice(1) });
      else if (!hasHost && address.startsWith('/')) throw temporary(`file delivery ${address} not supported`);
      else instructions.push({ kind: 'forward', text: qualify(tokens) });
    }
  }
  return instructions;
}

function isDirect({ kind }: Instruction): boolean {
  return kind === 'direct';
}

function isUser({ env: { USER, HOST } }: ProgramCall, address: string, hasHost: boolean): boolean {
  if (USER === undefined) return false;
  return lowerAscii(address) === lowerAscii(hasHost ? `${USER}@${HOST ?? ''}` : USER);
}

function say(call: ProgramCall, text: string): void {
  call.err(`${text}\n`);
}

/** For -n. */
function describe(call: ProgramCall, instructions: readonly Instruction[]): number {
  for (const instruction of instructions) {
    if (instruction.kind === 'program') say(call, `pipe through ${instruction.text}`);
    if (instruction.kind === 'forward') say(call, `forward ${instruction.text}`);
  }
  if (instructions.some(isDirect)) say(call, 'direct delivery');
  return 0;
}

/** Runs the programs first, then sends one message to all addresses. */
async function obey(call: ProgramCall, instructions: readonly Instruction[]): Promise<number> {
  const recipients: string[] = [];
  for (const instruction of instructions) {
    if (instruction.kind === 'forward') recipients.push(instruction.text);
    if (instruction.kind !== 'program') continue;
    const { text } = instruction;
    const code = await runCommand(call, name, { command: text, written: text, withLines: true });
    if (code !== 0) return code;
  }
  return await forwardAll(call, recipients);
}

/** @returns 0 if the message was queued, or there is nothing to forward */
async function forwardAll(call: ProgramCall, recipients: readonly string[]): Promise<number> {
  if (recipients.length === 0) return 0;
  const { DTLINE: head = '', NEWSENDER: sender = '' } = call.env;
  let queued: Queued;
  try {
    queued = await call.forward(head, { sender, recipients });
  } catch (error) {
    return fatal(call, name, 111, `unable to read message: ${reasonOf(error)}`);
  }
  if (!queued.ok) return fatal(call, name, queued.permanent ? 100 : 111, `unable to forward message: ${queued.text}`);
  call.err(`${name}: info: qp ${queued.qp}\n`);
  return 0;
}

function temporary(text: string): UserError {
  return new UserError(displayAddress(text), { exitCode: 111 });
}
