// $MAILDIR, the Maildir of the user who calls a program.
import { readdirSync } from 'node:fs';
import { reasonOf } from '../../lib/user-error.ts';
import type { ProgramCall } from '../../paper-path/builtin-program.ts';
import { type MaildirFile, MaildirScanError, maildirFiles } from '../../paper-path/maildir-files.ts';
import { rawPath } from '../raw-path.ts';
import { FatalError } from './program-exit.ts';

/** Where $MAILDIR is, a byte string. @throws FatalError when it is not set or no directory */
export function maildirOf({ env, cwd }: Pick<ProgramCall, 'env' | 'cwd'>): string {
  const maildir = env.MAILDIR;
  if (maildir === undefined) throw new FatalError('MAILDIR not set');
  const path = maildir.startsWith('/') ? maildir : `${cwd}/${maildir}`;
  try {
    readdirSync(rawPath(path));
    return path;
  } catch (error) {
    throw new FatalError(`unable to chdir to ${maildir}: ${reasonOf(error)}`);
  }
}

/** Its messages, as `maildirFiles` finds them. @throws FatalError */
export function messagesIn(...where: Parameters<typeof maildirFiles>): MaildirFile[] {
  try {
    return maildirFiles(...where);
  } catch (error) {
    throw error instanceof MaildirScanError ? new FatalError(error.message) : error;
  }
}
