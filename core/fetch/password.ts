// The password of an account: the first line of secrets/NAME, which only the user of the host may read.
import { join } from 'node:path';
import type { Account } from '../control/fetch/account.ts';
import { readRegularFile } from '../lib/disk/read-regular-file.ts';
import { reasonOf } from '../lib/user-error.ts';
import { FetchFailure } from './failure.ts';

const longestSecret = 4096;
const ofOthers = 0o077;

/** @returns a byte string @throws FetchFailure */
export function readPassword(home: string, { secret }: Pick<Account, 'secret'>): string {
  const path = join(home, 'secrets', secret);
  const wrong = (text: string) => new FetchFailure('wrong', text);
  let file: ReturnType<typeof readRegularFile>;
  try {
    file = readRegularFile(path, longestSecret);
  } catch (error) {
    throw wrong(`the password in ${path} cannot be read: ${reasonOf(error)}`);
  }
  if (!file?.raw) throw wrong(`there is no password: write it into ${path}, with mode 0600`);
  if ((file.stat.mode & ofOthers) !== 0) throw wrong(`other users can read ${path}; run: chmod 600 ${path}`);
  const [line = ''] = file.raw.toString('latin1').split('\n', 1);
  const password = line.endsWith('\r') ? line.slice(0, -1) : line;
  if (password === '') throw wrong(`the first line of ${path} is empty: write the password there`);
  return password;
}
