// Turns a home that was created for one person, or that an earlier version ran as root, into one whose host root starts with
// users of its own: everything in it gets the owner that it has in a home created by root.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { controlFilesOfHome } from '../control/read-control-files.ts';
import { publish } from '../lib/disk/durable.ts';
import { UserError } from '../lib/user-error.ts';
import { newUsers } from '../local/users/qmail-newu.ts';
import { ownerOf } from '../local/users/users.ts';
import { accountsFor, type HomeAccounts, type Ids, type NamedAccounts } from '../privsep/accounts.ts';
import { assignHomeOwners } from '../privsep/home-ownership.ts';
import { asQueueOwner } from '../queue/files/become-owner.ts';
import { queueLayout } from '../queue/files/layout.ts';
import { lockQueue } from '../queue/files/lock.ts';
import { runFiles } from './make-home.ts';

/**
 * @param named accounts other than the usual ones, or than those that the home already has
 * @param make see `accountsFor`
 * @returns the accounts. @throws UserError when a host runs there, or the owner of the mail is root or missing
 */
export async function adoptHome(
  home: string,
  named: NamedAccounts,
  make: ((name: string) => void) | undefined,
): Promise<HomeAccounts> {
  if (process.getuid?.() !== 0) throw new UserError('Only root can change the owner of files in a home.');
  const files = controlFilesOfHome(home);
  const user = files.line('owner');
  const owner = user === undefined ? undefined : ownerOf(home, user);
  if (user === undefined || !owner || owner.uid === 0) {
    throw new UserError(
      `Root gets no mail: ${user ?? 'control/owner'} of ${home} must have a uid in users/assign that is not 0. Write it there first.`,
    );
  }
  const known = { host: files.line('runas'), parser: files.line('parseas') };
  const accounts = accountsFor(owner, { ...known, ...given(named) }, { make });
  const layout = queueLayout(home);
  const unlock = asQueueOwner(layout, () => lockQueue(layout));
  try {
    // First, because until then others could replace the folders that root writes to.
    assignHomeOwners(home, { user, uid: owner.uid, gid: owner.gid }, accounts);
    await assignAlias(home, accounts.alias);
    for (const [name, lines] of runFiles(accounts))
      await publish(join(home, 'control', name), Buffer.from(`${lines.join('\n')}\n`), 0o644);
  } finally {
    unlock();
  }
  return accounts;
}

function given(named: NamedAccounts): NamedAccounts {
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

/** The rules for addresses without a user, which `waypost init` wrote, no longer belong to root or to the home's owner. */
async function assignAlias(home: string, { uid, gid }: Ids): Promise<void> {
  const path = join(home, 'users', 'assign');
  if (!existsSync(path)) return;
  const before = readFileSync(path, 'latin1');
  const after = before.replace(/^(\+|=alias|\+alias-):alias:\d+:\d+:/gm, `$1:alias:${uid}:${gid}:`);
  if (after === before) return;
  await publish(path, Buffer.from(after, 'latin1'), 0o644);
  if (existsSync(join(home, 'users', 'cdb'))) await newUsers(home);
}
