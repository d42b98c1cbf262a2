// The password of an account, from the file in secrets/ that it names.
import type { Account } from '../control/fetch/account.ts';
import { firstLineOf, readSecretFile } from '../login/secret-files.ts';
import { FetchFailure } from './failure.ts';

/** @returns a byte string @throws FetchFailure */
export function readPassword(home: string, { secret }: Pick<Account, 'secret'>): string {
  const file = readSecretFile(home, secret);
  if (file.kind === 'problem') throw new FetchFailure('wrong', `there is no password: ${file.why}`);
  const password = firstLineOf(file.text);
  if (password === '')
    throw new FetchFailure('wrong', `the first line of secrets/${secret} is empty: write the password there`);
  return password;
}
