// fastforward: forwards the message according to a database of setforward or newaliases, from a .qmail line.
import { parseOptions } from '../../lib/process/getopt.ts';
import { UserError } from '../../lib/user-error.ts';
import type { BuiltinProgram, ProgramCall } from '../../paper-path/builtin-program.ts';
import { type Forwardings, openForwardings, readMailingList, targetsOf } from '../forwarding/forwarding-lookup.ts';
import { absolute } from '../raw-path.ts';
import { forwardAs } from './forward.ts';
import { fatal, usage } from './program-exit.ts';
import { runCommand } from './shell-command.ts';

const name = 'fastforward';

/** Longer recipients are ignored, as in the original. */
const longestRecipientBytes = 899;

interface Options {
  /** Print what would be done, without doing it. */
  readonly dryRun: boolean;
  /** If the address is not found, continue with the next .qmail line; if it is found, skip the next lines. */
  readonly passThrough: boolean;
  /** The address is $DEFAULT@$HOST, not $RECIPIENT. */
  readonly fromDefault: boolean;
  readonly database: string;
}

/** @returns 0 forwarded, or not found with -p; 99 forwarded with -p; 100 permanent failure; 111 try again */
export const fastforward: BuiltinProgram = async call => {
  const options = readOptions(call.args);
  if (!options) return usage(call, `${name} [ -nNpPdD ] data.cdb`);
  const address = addressOf(call.env, options);
  if ('missing' in address) return fatal(call, name, 100, `${address.missing} must be set`);
  let forwardings: Forwardings | undefined;
  try {
    forwardings = openForwardings(options.database, absolute(options.database, call.cwd));
    return await follow(call, options, forwardings, address.text);
  } catch (error) {
    if (error instanceof UserError) return fatal(call, name, error.exitCode, error.message);
    throw error;
  } finally {
    forwardings?.close();
  }
};

function readOptions(args: readonly string[]): Options | undefined {
  const on: Record<string, boolean> = {};
  const rest = parseOptions(args, { valued: '' }, letter => {
    on[letter.toLowerCase()] = letter === letter.toLowerCase();
    return 'nNpPdD'.includes(letter);
  });
  const [database] = rest ?? [];
  if (!database) return undefined;
  return { dryRun: on.n === true, passThrough: on.p === true, fromDefault: on.d === true, database };
}

function addressOf(
  { RECIPIENT, DEFAULT, EXT, HOST }: ProgramCall['env'],
  { fromDefault }: Options,
): { readonly text: string } | { readonly missing: string } {
  if (!fromDefault) return RECIPIENT === undefined ? { missing: '$RECIPIENT' } : { text: RECIPIENT };
  const local = DEFAULT ?? EXT;
  if (local === undefined) return { missing: '$DEFAULT or $EXT' };
  return HOST === undefined ? { missing: '$HOST' } : { text: `${local}@${HOST}` };
}

async function follow(call: ProgramCall, options: Options, forwardings: Forwardings, address: string): Promise<number> {
  const targets = targetsOf(address);
  const first = firstOf(targets, forwardings.instructions);
  if (!first) {
    if (options.passThrough) return 0;
    call.err('Sorry, no mailbox here by that name. (#5.1.1)\n');
    return 100;
  }
  const sender = call.env.SENDER ?? 'original envelope sender';
  const owner = sender === '' || sender === '#@[]' ? undefined : firstOf(targets, forwardings.owner);
  const found = await collect(call, options, forwardings, address, first);
  if (typeof found === 'number') return found;
  const success = options.passThrough ? 99 : 0;
  const envelope = { sender: owner ?? sender, recipients: found.toReversed() };
  if (!options.dryRun) {
    if (found.length === 0) return success;
    return await forwardAs(call, name, call.env.DTLINE ?? '', envelope, success);
  }
  if (found.length === 0) call.err('no forwarding\n');
  else call.err(`from <${printable(envelope.sender)}>\n`);
  for (const recipient of envelope.recipients) call.err(`to <${printable(recipient)}>\n`);
  return success;
}

/**
 * Follows the instructions: programs at once, then addresses and lists in reverse order, each only once.
 * @returns the recipients in this order; or an exit code if a program failed
 */
async function collect(
  call: ProgramCall,
  { dryRun }: Options,
  forwardings: Forwardings,
  address: string,
  first: readonly string[],
): Promise<string[] | number> {
  const recipients: string[] = [];
  const todo: string[] = [];
  const seen = new Set([`&${address}`]);

  async function obey(instructions: readonly string[]): Promise<number> {
    for (const instruction of instructions) {
      const kind = instruction.charAt(0);
      if (kind === '|' || kind === '!') {
        const exit = dryRun ? sayRun(call, instruction) : await run(call, instruction);
        if (exit !== 0) return exit;
      } else if ('&./'.includes(kind)) todo.push(instruction);
    }
    return 0;
  }

  let exit = await obey(first);
  for (let entry = todo.pop(); exit === 0 && entry !== undefined; entry = todo.pop()) {
    if (seen.has(entry)) continue;
    seen.add(entry);
    if (!entry.startsWith('&')) {
      for (const inside of readMailingList(entry, absolute(entry, call.cwd))) todo.push(inside);
      continue;
    }
    const target = entry.slice(1);
    // A target with an owner gets a separate message, with that owner as its sender.
    const instructions = forwardings.owner(target) === undefined ? forwardings.instructions(target) : undefined;
    if (instructions) exit = await obey(instructions);
    else if (target.length <= longestRecipientBytes) recipients.push(target);
  }
  return exit === 0 ? recipients : exit;
}

function sayRun(call: ProgramCall, instruction: string): number {
  call.err(`run ${printable(instruction)}\n`);
  return 0;
}

function run(call: ProgramCall, instruction: string): Promise<number> {
  const command = { command: instruction.slice(1), written: instruction, withLines: instruction.startsWith('!') };
  return runCommand(call, name, command);
}

function firstOf<T>(targets: readonly string[], look: (target: string) => T | undefined): T | undefined {
  for (const target of targets) {
    const found = look(target);
    if (found !== undefined) return found;
  }
  return undefined;
}

function printable(text: string): string {
  return text.replace(/[^ -~]/g, '_');
}
