// Who gets the mail for a local part: users/assign, looked up as qmail-lspawn does (spec: qmail-users(5)).
import { readFileSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, reasonOf, UserError } from '../lib/user-error.ts';
import { lowerAscii } from '../message/address.ts';

/** The six strings that qmail-local is run with. All strings are byte strings; `homeDir` is absolute. */
export interface Assignment {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  readonly homeDir: string;
  /** `-` when mail for `user-anything` is meant, else empty. */
  readonly dash: string;
  /** What follows the user's name and the dash, in the case of the address. */
  readonly ext: string;
}

/** A users/assign file in memory; keys are lower case. */
export interface AssignTable {
  readonly exact: ReadonlyMap<string, Assignment>;
  readonly wild: ReadonlyMap<string, Assignment>;
}

/**
 * Parses the text of users/assign: `=local:user:uid:gid:home:dash:ext:` and `+loc:user:uid:gid:home:dash:pre:` lines
 * up to the line `.`; of equal keys the first counts.
 * @throws UserError that names the line, in the cases where qmail-newu says `bad format in users/assign`
 */
export function parseAssign(text: string, path: string): AssignTable {
  const exact = new Map<string, Assignment>();
  const wild = new Map<string, Assignment>();
  for (const [index, line] of text.replace(/\n$/, '').split('\n').entries()) {
    if (line.startsWith('.')) return { exact, wild };
    const [address, user, uid, gid, homeDir, dash, ext, rest] = line.split(':', 8);
    const broken =
      !address || rest === undefined || line.includes('\0') || !isId(uid) || !isId(gid) || !homeDir?.startsWith('/');
    if (broken) throw new UserError(`bad format in users/assign: ${path}:${index + 1}`, { exitCode: 111 });
    const table = address.startsWith('+') ? wild : exact;
    const key = lowerAscii(address.slice(1));
    const assignment = { user, uid: Number(uid), gid: Number(gid), homeDir, dash, ext } as Assignment;
    if (!table.has(key)) table.set(key, assignment);
  }
  throw new UserError(`bad format in users/assign: ${path} must end with a line that holds a dot`, { exitCode: 111 });
}

/** The assignment for a local part: the exact one, else the longest `+` prefix, with the rest of the address in `ext`. */
export function lookupAssign(table: AssignTable, local: string): Assignment | undefined {
  const key = lowerAscii(local);
  const exact = table.exact.get(key);
  if (exact) return exact;
  for (let length = key.length; length >= 0; length--) {
    const found = table.wild.get(key.slice(0, length));
    if (found) return { ...found, ext: found.ext + local.slice(length) };
  }
  return undefined;
}

/** Looks local parts up in `home/users/assign`, always as the file is now. */
export interface Users {
  /**
   * The assignment for a local part; undefined when the file has none or does not exist.
   * @throws UserError when the file cannot be read or understood
   */
  lookup(local: string): Assignment | undefined;
}

/** @param home the Waypost home. The file is read again whenever its stat changes. */
export function createUsers(home: string): Users {
  const path = assignPath(home);
  let known: { stat: Stats; table: AssignTable } | undefined;
  return {
    lookup(local) {
      const stat = statOf(path);
      if (!stat) return undefined;
      if (!known || !isUnchanged(known.stat, stat)) known = { stat, table: readAssign(path) };
      return lookupAssign(known.table, local);
    },
  };
}

/**
 * The assignment `=name:` of a user, for whoever needs the user's home.
 * @throws UserError when users/assign cannot be read or understood
 */
export function ownerOf(home: string, userName: string): Assignment | undefined {
  const path = assignPath(home);
  if (!statOf(path)) return undefined;
  return readAssign(path).exact.get(lowerAscii(userName));
}

function assignPath(home: string): string {
  return join(home, 'users', 'assign');
}

function readAssign(path: string): AssignTable {
  return parseAssign(onDisk(path, () => readFileSync(path, 'latin1')) ?? '.', path);
}

function statOf(path: string): Stats | undefined {
  return onDisk(path, () => statSync(path, { throwIfNoEntry: false }));
}

/** False whenever the file was written or replaced in between. */
function isUnchanged(before: Stats, now: Stats): boolean {
  return (
    before.mtimeMs === now.mtimeMs &&
    before.ctimeMs === now.ctimeMs &&
    before.size === now.size &&
    before.ino === now.ino
  );
}

function onDisk<T>(path: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new UserError(`unable to read users/assign: ${path}: ${reasonOf(error)}`, { exitCode: 111, cause: error });
  }
}

function isId(text: string | undefined): boolean {
  return /^\d{1,10}$/.test(text ?? '') && Number(text) < 2 ** 32 - 1;
}
