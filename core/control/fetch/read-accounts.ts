// The accounts of a home: all files of control/fetch, as they are now.
import { join } from 'node:path';
import { longestAccountFile } from '../../api/fetch-grammar.ts';
import { wordFilesIn } from '../word-file/word-directory.ts';
import { parseAccount, type ReadAccount } from './account-file.ts';

/** An account of a home, with its file's text. */
export interface AccountOfHome extends ReadAccount {
  readonly text: string;
}

export const accountsDirectory = (home: string): string => join(home, 'control', 'fetch');

/** By name. A file that cannot be read is an account with a problem. @throws Error when the directory cannot be read */
export function readAccounts(home: string): AccountOfHome[] {
  return [...accountsIn(home)];
}

/** The same one by one: there may be many. */
export function accountsIn(home: string): Generator<AccountOfHome> {
  return wordFilesIn(accountsDirectory(home), longestAccountFile, parseAccount);
}
