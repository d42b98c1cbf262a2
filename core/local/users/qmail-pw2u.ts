// qmail-pw2u: creates users/assign from the machine's accounts (passwd(5) lines) and the files include, exclude, mailnames, subusers
// and append in users/.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { controlFiles } from '../../control/read-control-files.ts';
import { readIfThere } from '../../lib/disk/read-whole-file.ts';
import { errorCode, UserError } from '../../lib/user-error.ts';
import { lowerAscii } from '../../message/address.ts';
import { rawPath } from '../raw-path.ts';

export interface Pw2uOptions {
  /** If an account's home is missing or belongs to another user: skip the account, stop if it is missing, or do not check. */
  readonly home: 'skip' | 'stop' | 'ignore';
  /** Leave out accounts with upper-case letters in their names. */
  readonly skipUpper: boolean;
  /** The character between a user's name and an extension; empty: users have no extensions. */
  readonly breakChar: string;
  /** The dash field of extension addresses: `-`, or `-/` for .qmail files in a directory `.qmail-`. */
  readonly dash: '-' | '-/';
}

/** Parses flags as qmail does: `-oh`, `-c+`, `-c +`. @returns undefined for wrong ones */
export function parsePw2uArguments(args: readonly string[]): Pw2uOptions | undefined {
  let options: Pw2uOptions = { home: 'skip', skipUpper: true, breakChar: '-', dash: '-' };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (!arg.startsWith('-') || arg === '-' || arg.startsWith('--')) break;
    for (let index = 1; index < arg.length; index++) {
      const letter = arg[index] as string;
      if (letter === 'c') {
        const value = arg.slice(index + 1) || args[++at];
        if (value === undefined) return undefined;
        options = { ...options, breakChar: value.slice(0, 1) };
        break;
      }
      const change = flags[letter];
      if (!change) return undefined;
      options = { ...options, ...change };
    }
  }
  return options;
}

const flags: Readonly<Record<string, Partial<Pw2uOptions>>> = {
  '/': { dash: '-/' },
  o: { home: 'skip' },
  h: { home: 'stop' },
  H: { home: 'ignore' },
  u: { skipUpper: false },
  U: { skipUpper: true },
  C: { breakChar: '' },
};

interface Account {
  readonly user: string;
  /** `:user:uid:gid:home:` */
  readonly middle: string;
}

/**
 * @param passwd the lines of passwd(5), a byte string
 * @returns the text of users/assign, a byte string
 * @throws UserError with exit code 111
 */
export function assignFromPasswd(home: string, passwd: string, options: Pw2uOptions): string {
  const files = readUserFiles(join(home, 'users'));
  const accounts = passwd.split('\n').flatMap(line => accountOf(line, options, files) ?? []);
  if (!accounts.some(({ user }) => user === 'alias')) throw later('unable to find alias user');
  const lines = [
    ...accounts.flatMap(account => linesOf(account, options, files.mailNames)),
    ...files.subUsers.split('\n').flatMap(line => subUserLines(line, options, accounts)),
  ];
  return `${lines.map(line => `${line}\n`).join('')}${files.append}.\n`;
}

function accountOf(line: string, options: Pw2uOptions, files: UserFiles): Account | undefined {
  if (line.includes('\0')) return undefined;
  const [user = '', , uid = '', gid, , homeDir, afterHome] = line.split(':');
  if (homeDir === undefined || afterHome === undefined) return undefined;
  const uidNumber = Number(/^\d+/.exec(uid)?.[0] ?? 0);
  if (uidNumber === 0 || (options.skipUpper && /[A-Z]/.test(user))) return undefined;
  const name = lowerAscii(user);
  if (files.include && !files.include.has(name)) return undefined;
  if (files.exclude.has(name) || !hasHome(homeDir, uidNumber, options.home)) return undefined;
  return { user, middle: `:${user}:${uid}:${gid}:${homeDir}:` };
}

function hasHome(homeDir: string, uid: number, strategy: Pw2uOptions['home']): boolean {
  if (strategy === 'ignore') return true;
  try {
    return statSync(rawPath(homeDir)).uid === uid;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' && strategy === 'skip') return false;
    throw later(`unable to stat ${homeDir}`, error);
  }
}

function linesOf({ user, middle }: Account, options: Pw2uOptions, mailNames: UserFiles['mailNames']): string[] {
  const { breakChar, dash } = options;
  const names = mailNames.get(lowerAscii(user)) ?? [user];
  return [
    ...(user === 'alias' ? [`+${middle}${dash}::`] : []),
    ...names.flatMap(name => [`=${name}${middle}::`, ...(breakChar ? [`+${name}${breakChar}${middle}${dash}::`] : [])]),
  ];
}

/** `sub:user:pre:` gives part of a user's addresses a separate name. */
function subUserLines(line: string, { breakChar, dash }: Pw2uOptions, accounts: readonly Account[]): string[] {
  const [sub, user = '', pre, rest] = line.split(':');
  // qmail looks up the user before it checks that the line is complete.
  if (pre === undefined) return [];
  const account = accounts.findLast(one => lowerAscii(one.user) === lowerAscii(user));
  if (!account) throw later(`unable to find ${user} user for subuser`);
  if (rest === undefined) return [];
  return [
    `=${sub}${account.middle}${dash}:${pre}:`,
    ...(breakChar ? [`+${sub}${breakChar}${account.middle}${dash}:${pre}-:`] : []),
  ];
}

interface UserFiles {
  /** Undefined: all users. Names in lower case. */
  readonly include: ReadonlySet<string> | undefined;
  readonly exclude: ReadonlySet<string>;
  /** User → the names in their addresses. */
  readonly mailNames: ReadonlyMap<string, readonly string[]>;
  readonly subUsers: string;
  readonly append: string;
}

function readUserFiles(directory: string): UserFiles {
  try {
    const lists = controlFiles(directory);
    return {
      include: lists.list('include') && lowerSet(lists.list('include')),
      exclude: lowerSet(lists.list('exclude')),
      mailNames: new Map((lists.list('mailnames') ?? []).flatMap(mailNamesOf)),
      subUsers: readText(join(directory, 'subusers')),
      append: readText(join(directory, 'append')),
    };
  } catch (error) {
    throw later('unable to read controls', error);
  }
}

function mailNamesOf(line: string): [string, string[]][] {
  const [user, ...names] = line.split(':');
  return names.length === 0 ? [] : [[lowerAscii(user as string), names.filter(name => name !== '')]];
}

function lowerSet(lines: readonly string[] | undefined): ReadonlySet<string> {
  return new Set((lines ?? []).map(lowerAscii));
}

function readText(path: string): string {
  return readIfThere(path)?.toString('latin1') ?? '';
}

function later(text: string, cause?: unknown): UserError {
  return new UserError(text, { exitCode: 111, cause });
}
