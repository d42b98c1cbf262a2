// Repairs a home that was moved, or restored at another place: users/assign has absolute paths of its directories, and mail
// for aliases and for users in the home would wait for a directory that does not exist.
import { chownSync, existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readIfThere } from '../lib/disk/read-whole-file.ts';
import { rewriteFile } from '../lib/disk/rewrite-file.ts';
import { reasonOf } from '../lib/user-error.ts';

/** Where the home was when users/assign was written; undefined: here, or Waypost did not write the file. */
export function formerPlace(home: string): string | undefined {
  const raw = readIfThere(join(home, 'users', 'assign'));
  const was = raw && /^\+:alias:\d+:\d+:(\/[^:\n]*)\/alias:-::$/m.exec(raw.toString('latin1'))?.[1];
  if (!was || was === Buffer.from(resolve(home)).toString('latin1')) return undefined;
  return existsSync(Buffer.from(`${was}/alias`, 'latin1')) ? undefined : was;
}

/** Writes the new place into users/assign. @returns what was done, for the log; undefined: nothing */
export async function repairMovedHome(home: string): Promise<string | undefined> {
  try {
    const was = formerPlace(home);
    return was === undefined ? undefined : await repair(home, was);
  } catch (error) {
    return `unable to check whether users/assign names this place: ${reasonOf(error)}`;
  }
}

async function repair(home: string, was: string): Promise<string> {
  const path = join(home, 'users', 'assign');
  const here = Buffer.from(resolve(home)).toString('latin1');
  const text = readIfThere(path)?.toString('latin1') ?? '';
  const { uid, gid } = statSync(path);
  await rewriteFile(path, Buffer.from(text.replaceAll(`:${was}/`, `:${here}/`), 'latin1'));
  if (process.getuid?.() === 0) chownSync(path, uid, gid);
  const cdb = existsSync(join(home, 'users', 'cdb')) ? ' (users/cdb is older: run waypost qmail-newu)' : '';
  return `the home was moved here from ${Buffer.from(was, 'latin1')}: users/assign names the new place now${cdb}`;
}
