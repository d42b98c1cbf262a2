// The users of a host that root starts: one that talks to the network and queues, one that parses messages of strangers, one
// that runs the programs of alias/, and the owner of the mail. Like qmail's users they do not trust each other, so no two are
// the same, and none is root.
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { reasonOf, UserError } from '../lib/user-error.ts';
import { type FindSystemUser, findSystemUser } from '../local/users/system-users.ts';

/** A user as the system knows it. */
export interface Ids {
  readonly uid: number;
  readonly gid: number;
}

/** The users that a home run by root needs besides the owner of the mail. */
export interface HomeAccounts {
  /** Receives, queues and sends. */
  readonly host: Ids;
  /** Parses messages, and owns nothing. */
  readonly parser: Ids;
  /** Delivers to addresses that have no user. */
  readonly alias: Ids;
}

/** Accounts named instead of the usual ones: a name, or `uid:gid`. */
export type NamedAccounts = Readonly<Partial<Record<keyof HomeAccounts, string | undefined>>>;

interface AccountDeps {
  readonly find?: FindSystemUser;
  /** Creates a usual account that is missing; undefined: a missing account is an error. */
  readonly make?: ((name: string) => void) | undefined;
}

const usual: Readonly<Record<keyof HomeAccounts, { readonly names: readonly string[]; readonly option: string }>> = {
  host: { names: ['waypost'], option: '--run-as' },
  parser: { names: ['waypost-parser'], option: '--parse-as' },
  alias: { names: ['waypost-alias', 'alias'], option: '--alias-user' },
};
const kinds = Object.keys(usual) as readonly (keyof HomeAccounts)[];

/**
 * The accounts for a home that root runs.
 * @param owner the owner of the mail: no account may be this user
 * @throws UserError that says what to do when an account is missing, is root, or is used twice
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
      `A mail host that root starts does not run as root: it needs accounts of its own, and these are missing: ${missing.join(', ')}. Create them with --make-users, or name others with ${kinds.map(kind => usual[kind].option).join(', ')}.`,
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

/** The account of a name, or of `uid:gid`; undefined: there is no such account. */
export function parseIds(text: string, find: FindSystemUser = findSystemUser): Ids | undefined {
  const [, uid, gid] = /^(\d{1,10}):(\d{1,10})$/.exec(text) ?? [];
  return uid !== undefined && gid !== undefined ? { uid: Number(uid), gid: Number(gid) } : find(text);
}

/** Creates an account without a login. @throws UserError when the system refuses */
export function makeSystemUser(name: string): void {
  const options = ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent'];
  try {
    execFileSync('useradd', [...options, '--shell', '/usr/sbin/nologin', name], { stdio: 'pipe' });
  } catch (cause) {
    throw new UserError(`Unable to create the account ${name} with useradd: ${reasonOf(cause)}. Create it yourself.`, {
      cause,
    });
  }
}

/**
 * The owner of the mail in a home that root runs: the owner of the mail home, else the account with that name.
 * @param mailHome undefined: the account's home
 * @throws UserError when there is no such user, or it is root
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
      `There is no account ${user}. Name the owner of the mail with --user, or its directory with --mail-home.`,
    );
  const stat = statSync(place, { throwIfNoEntry: false });
  const { uid, gid } = stat && stat.uid !== 0 ? stat : (account ?? { uid: 0, gid: 0 });
  if (uid === 0)
    throw new UserError(
      stat
        ? `${place} belongs to root, and root gets no mail. Give it to the user who reads the mail, with chown.`
        : `${user} is not an account that could own ${place}. Name one with --user, or create the directory and give it to its owner.`,
    );
  if (stat && stat.uid !== uid)
    throw new UserError(
      `${place} belongs to root, not to ${user}: mail could not be delivered there. Run: chown ${user} ${place}`,
    );
  return { uid, gid, mailHome: place };
}
