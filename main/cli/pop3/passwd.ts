// waypost passwd: sets a POP3 password in the home's passwd file.
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { readControl } from '../../../core/control/control.ts';
import { findOwner } from '../../../core/host/owner.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import { openPasswd, type Passwd } from '../../../core/pop3/passwd.ts';
import type { PasswdEntry } from '../../../core/pop3/passwd-line.ts';
import type { CommandIo } from '../command-io.ts';
import { parseOptions } from '../parse-options.ts';

/** @returns 0 set, 100 wrong usage */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    allowPositionals: true,
    options: { apop: { type: 'boolean', default: false } },
  });
  const [name, maildir] = positionals;
  if (!name || positionals.length > 2) {
    io.stderr.write('passwd: usage: waypost passwd [--apop] NAME [MAILDIR] < password\n');
    return 100;
  }
  const home = io.home;
  const password = (await text(io.stdin)).split('\n')[0] ?? '';
  if (password === '') throw new UserError('The password (first line of standard input) is empty.', { exitCode: 100 });
  const passwd = openPasswd(join(home, 'passwd'));
  const entry = maildir ? { name, uid: undefined, maildir: resolve(maildir) } : await entryOf(name, home, passwd);
  await passwd.set(entry, password, values.apop);
  return 0;
}

/** @throws UserError when the Maildir of the name is unknown */
async function entryOf(name: string, home: string, passwd: Passwd): Promise<PasswdEntry> {
  const known = await passwd.find(name);
  if (known) return known;
  const owner = findOwner(home, readControl(home));
  if (name !== owner.user) throw new UserError(`Name the Maildir of ${name}.`, { exitCode: 100 });
  return { name, uid: undefined, maildir: owner.maildir };
}
