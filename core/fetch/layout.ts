// What an account keeps below fetch/NAME; README.md says what each file is for.
import { createHash } from 'node:crypto';
import { join } from 'node:path';

export const fetchDirectory = (home: string): string => join(home, 'fetch');

/** The directory of an account. */
export const accountDirectory = (home: string, name: string): string => join(fetchDirectory(home), name);

export const statusPath = (directory: string): string => join(directory, 'status');

/** The state of a mailbox: of POP3, or of a folder of IMAP, whose name may have any characters. */
export function statePath(directory: string, folder: string | undefined): string {
  if (folder === undefined) return join(directory, 'pop3.state');
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return join(directory, `imap-${digest}.state`);
}

export function isState(file: string): boolean {
  return file.endsWith('.state');
}
