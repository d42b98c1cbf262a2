// Replaces a database as qmail's programs do: written beside the old one, synced, then renamed.
import { UserError } from '../user-error.ts';
import type { CdbRecord } from './cdb.ts';
import { encodeCdb } from './cdb-writer.ts';
import { publish } from './durable.ts';

/** What the program says when the step fails. */
export interface PublishTexts {
  readonly open: string;
  readonly write: string;
  readonly move: string;
}

/** @throws UserError with exit code 111; the old database is then intact */
export async function publishCdb(
  path: string,
  temporary: string,
  records: Iterable<CdbRecord>,
  texts: (cause: unknown) => PublishTexts,
): Promise<void> {
  try {
    await publish(path, encodeCdb(records), 0o644, temporary);
  } catch (cause) {
    const { open, write, move } = texts(cause);
    const { syscall } = cause as { syscall?: string };
    const text = syscall === 'open' || syscall === 'rm' ? open : syscall === 'rename' ? move : write;
    throw new UserError(text, { exitCode: 111, cause });
  }
}
