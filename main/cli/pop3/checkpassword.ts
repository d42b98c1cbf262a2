// checkpassword: reads name, password and stamp from fd 3, checks them with the home's passwd file, and becomes the given program
// as the owner of the mailbox, in the directory that contains the Maildir.
import { closeSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, UserError } from '../../../core/lib/user-error.ts';
import {
  acceptClaim,
  checkExit,
  claimBytes,
  mailboxEnvironment,
  parseClaim,
} from '../../../core/pop3/checkpassword.ts';
import { mailboxOwner } from '../../../core/pop3/mailbox-owner.ts';
import { openPasswd } from '../../../core/pop3/passwd.ts';
import type { PasswdEntry } from '../../../core/pop3/passwd-line.ts';
import { becomeProgram } from '../become-program.ts';
import type { CommandIo } from '../command-io.ts';

/** @returns 1 wrong name or password, 2 wrong usage, 111 a temporary problem; else the other program's exit code */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const program = args[0] === '--' ? args.slice(1) : args;
  const raw = readFd3();
  const claim = raw && parseClaim(raw);
  if (program.length === 0 || !claim) return checkExit.misuse;
  try {
    const entry = await acceptClaim(openPasswd(join(io.home, 'passwd')), claim);
    if (!entry) return checkExit.unacceptable;
    becomeOwner(entry);
    const environment = mailboxEnvironment(entry);
    process.chdir(environment.HOME as string);
    return await becomeProgram(program, { ...io.env, ...environment });
  } catch (error) {
    if (!(error instanceof UserError) && errorCode(error) === undefined) throw error;
    io.stderr.write(`checkpassword: ${error instanceof Error ? error.message : error}\n`);
    return checkExit.temporary;
  }
}

/** All of it up to the limit; undefined when the descriptor is not open. */
function readFd3(): Buffer | undefined {
  const buffer = Buffer.alloc(claimBytes);
  let filled = 0;
  try {
    while (filled < claimBytes) {
      const count = readSync(3, buffer, filled, claimBytes - filled, null);
      if (count === 0) break;
      filled += count;
    }
    closeSync(3);
  } catch {
    return undefined;
  }
  return buffer.subarray(0, filled);
}

/** Only root can do this, and only root needs to. */
function becomeOwner(entry: PasswdEntry): void {
  if (process.getuid?.() !== 0) return;
  const owner = mailboxOwner(entry);
  if (!owner) throw new UserError(`${entry.maildir} does not exist`);
  if (owner.uid === 0) throw new UserError(`${entry.maildir} belongs to root, whose mail is not served`);
  process.setgroups?.([]);
  process.setgid?.(owner.gid);
  process.setuid?.(owner.uid);
}
