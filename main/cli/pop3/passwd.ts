// waypost passwd: sets a POP3 password in the home's passwd file.
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { readControl } from '../../../core/control/control.ts';
import { findOwner } from '../../../core/host/owner.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import { openPasswd } from '../../../core/pop3/passwd.ts';
import type { CommandIo } from '../command-io.ts';

/** @returns 0 set, 100 wrong usage */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const [name, maildir] = args;
  if (!name || args.length > 2) {
    io.stderr.write('passwd: usage: waypost passwd NAME [MAILDIR] < password\n');
    return 100;
  }
  const home = io.home as string;
  const password = (await text(io.stdin)).split('\n')[0] ?? '';
  if (password === '') throw new UserError('The password (first line of standard input) is empty.', { exitCode: 100 });
  const owner = findOwner(home, readControl(home));
  if (!maildir && name !== owner.user) throw new UserError(`Name the Maildir of ${name}.`, { exitCode: 100 });
  const entry = { name, uid: undefined, maildir: maildir ? resolve(maildir) : owner.maildir };
  await openPasswd(join(home, 'passwd')).set(entry, password);
  return 0;
}
