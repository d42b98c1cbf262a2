// The file of an account, read: a word and its value on each line; `#` starts a comment.
import { accountName, longestAccountFile } from '../../api/fetch-grammar.ts';
import { type FileProblem, readWords } from '../word-file/word-file.ts';
import { type Account, isLoopback } from './account.ts';
import { type AccountFields, accountWords } from './account-words.ts';

/** The lines that are right make the account. With a problem nothing is fetched. */
export interface ReadAccount {
  readonly account: Account;
  readonly problems: readonly FileProblem[];
}

const usualLargestBytes = 100_000_000;
const usualEveryMinutes = 15;

export function parseAccount(name: string, text: string): ReadAccount {
  const problems: FileProblem[] = [];
  const problem = (what: string) => void problems.push({ line: undefined, text: what });
  const fields = emptyFields(name);
  if (!accountName.test(name)) {
    problem(`${name} cannot be the name of an account: use up to 32 small letters, digits, - and _`);
  }
  if (text.length > longestAccountFile) problem(`the file is longer than ${longestAccountFile} bytes`);
  else problems.push(...readWords(accountWords, fields, text, 'an account'));
  completeAndCheck(fields, problem);
  return { account: Object.freeze(fields), problems };
}

function emptyFields(name: string): AccountFields {
  return {
    name,
    protocol: 'imap',
    server: undefined,
    tls: 'implicit',
    user: '',
    secret: '',
    authority: undefined,
    to: undefined,
    multidrop: undefined,
    keep: 'always',
    folders: [],
    spamFolders: [],
    largestBytes: usualLargestBytes,
    everyMinutes: usualEveryMinutes,
    idle: false,
  };
}

function completeAndCheck(fields: AccountFields, problem: (what: string) => void): void {
  const { protocol, server, tls, to, multidrop, folders, spamFolders } = fields;
  if (!server) problem('it has no server line');
  if (fields.user === '') problem('it has no user line');
  if (fields.secret === '') problem('it has no secret line');
  if (to === undefined && multidrop === undefined) problem('it has no to line: who gets the mail?');
  if (tls === 'none' && server && !isLoopback(server.host)) {
    problem(
      `without TLS, everyone on the way to ${server.host} could read the password: write tls implicit or tls starttls`,
    );
  }
  if (tls === 'none' && fields.authority !== undefined) problem('it has an authority line, but no TLS');
  if (protocol === 'pop3' && (folders.length > 0 || spamFolders.length > 0)) problem('POP3 has no folders');
  if (protocol === 'pop3' && fields.idle) problem('idle yes needs protocol imap');
  const both = spamFolders.find(name => folders.includes(name));
  if (both !== undefined) problem(`${both} is a folder and a spam-folder`);
  if (protocol === 'imap' && folders.length === 0) folders.push('INBOX');
}
