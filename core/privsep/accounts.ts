// The users of a host that root runs: one that talks to the network and queues, one that takes strangers' messages apart, one
// that programs of alias/ run as, and whoever owns the mail. They trust each other as little as qmail's users do, so each is
// another, and none is root.
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { reasonOf, UserError } from '../lib/user-error.ts';
import { type FindSystemUser, findSystemUser } from '../local/users/system-users.ts';

/** A user as the system knows it. */
export interface Ids {
  readonly uid: number;
  readonly gid: number;
}

/** The users that a home of root's needs besides the owner of the mail. */
export interface HomeAccounts {
  /** Receives, queues and sends. */
  readonly host: Ids;
  /** Takes messages apart, and owns nothing. */
  readonly parser: Ids;
  /** Delivers to the addresses that nobody was assigned to. */
  readonly alias: Ids;
}

/** Accounts that were named instead of the usual ones: a name, or `uid:gid`. */
export type NamedAccounts = Readonly<Partial<Record<keyof HomeAccounts, string | undefined>>>;

interface AccountDeps {
  readonly find?: FindSystemUser;
  /** Makes the usual accounts that are missing; undefined: a missing one is refused. */
  readonly make?: ((name: string) => void) | undefined;
}

const usual: Readonly<Record<keyof HomeAccounts, { readonly names: readonly string[]; readonly option: string }>> = {
  host: { names: ['waypost'], option: '--run-as' },
  parser: { names: ['waypost-parser'], option: '--parse-as' },
  alias: { names: ['waypost-alias', 'alias'], option: '--alias-user' },
};
const kinds = Object.keys(usual) as readonly (keyof HomeAccounts)[];

/**
 * The accounts for a home of root's.
 * @param owner whose mail it is: none of them may be this user
 * @throws UserError that says what to do when one is missing, root's, or used twice
 */
export function accountsFor(owner: Ids, named: NamedAccounts, deps: AccountDeps = {}): HomeAccounts {
  const { find = findSystemUser, make } = deps;
  const found = new Map<keyof HomeAccounts, Ids>();
  const missing: string[] = [];
  for (const kind of kinds) {
    const { names, option } = usual[kind];
    const said = named[kind];
    const ids = said === undefined ? usualAccount(names, find, make) : parseIds(said, find);
    if (said !== undefined && !ids) throw new UserError(`${option} ${said}: there is no such account.`);
    if (ids?.uid === 0) throw new UserError(`${option} ${said ?? names[0]}: it may not be root.`);
    if (ids) found.set(kind, ids);
    else missing.push(names[0] as string);
  }
  if (missing.length > 0) {
    throw new UserError(
      `Nothing of a mail host that root starts should run as root, so it needs accounts of its own, and there is none called ${missing.join(', ')}. Let them be made with --make-users, or name others with ${kinds.map(kind => usual[kind].option).join(', ')}.`,
    );
  }
  const uids = [owner, ...found.values()].map(({ uid }) => uid);
  if (new Set(uids).size < uids.length)
    throw new UserError('The owner of the mail and the accounts of the host must be different users.');
  return Object.fromEntries(found) as unknown as HomeAccounts;
}

function usualAccount(names: readonly string[], find: FindSystemUser, make: AccountDeps['make']): Ids | undefined {
  const there = () => names.map(name => find(name)).find(account => account !== undefined);
  const account = there();
  if (account || !make) return account;
  make(names[0] as string);
  return there();
}

/** A name of this machine, or `uid:gid`; undefined: there is no such account. */
export function parseIds(text: string, find: FindSystemUser = findSystemUser): Ids | undefined {
  const [, uid, gid] = /^(\d{1,10}):(\d{1,10})$/.exec(text) ?? [];
  return uid !== undefined && gid !== undefined ? { uid: Number(uid), gid: Number(gid) } : find(text);
}

/** Makes an account nobody can log in to. @throws UserError when the system does not */
export function makeSystemUser(name: string): void {
  const options = ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent'];
  try {
    execFileSync('useradd', [...options, '--shell', '/usr/sbin/nologin', name], { stdio: 'pipe' });
  } catch (cause) {
    throw new UserError(`Unable to make the account ${name} with useradd: ${reasonOf(cause)}. Make it yourself.`, {
      cause,
    });
  }
}

/**
 * Whose mail a home of root's is to hold: the owner of the mail home, else the account of that name.
 * @param mailHome undefined: the account's home
 * @throws UserError when that is nobody, or root
 */
export function mailOwner(
  user: string,
  mailHome: string | undefined,
  find: FindSystemUser = findSystemUser,
): Ids & { readonly mailHome: string } {
  const account = find(user);
  const place = mailHome ?? account?.homeDir;
  if (place === undefined)
    throw new UserError(
      `There is no account ${user}. Name whose mail it is with --user, or where it is with --mail-home.`,
    );
  const stat = statSync(place, { throwIfNoEntry: false });
  const { uid, gid } = stat && stat.uid !== 0 ? stat : (account ?? { uid: 0, gid: 0 });
  if (uid === 0)
    throw new UserError(
      stat
        ? `${place} belongs to root, and root gets no mail. Give it to whoever is to read the mail, with chown.`
        : `${user} is not an account that could own ${place}. Name one with --user, or make the directory and give it to its owner.`,
    );
  if (stat && stat.uid !== uid)
    throw new UserError(
      `${place} belongs to root, not to ${user}: mail could not be delivered there. Run: chown ${user} ${place}`,
    );
  return { uid, gid, mailHome: place };
}
