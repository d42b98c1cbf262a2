// The owner of each file in a home that root runs. Files that decide (control/, users/, bin/, passwd) belong to root, so that
// no break-in can change where mail is delivered or what runs; files that the host writes belong to the host; files that
// others need are readable for them.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../lib/user-error.ts';
import type { HomeAccounts, Ids } from './accounts.ts';
import { chownTree, type NamesIn, namesIn } from './chown-tree.ts';
import { checkWay } from './way-to-home.ts';

/** The owner of the mail in the window, whose name is in control/owner. */
export interface HomeOwner extends Ids {
  readonly user: string;
}

const hostsFolders = ['queue', 'log', 'run', 'lists', 'page', 'serial', 'secrets', 'fetch'];
const settingsFile = 'settings.json';
const root: Ids = { uid: 0, gid: 0 };

/**
 * Sets the owner of everything in the home, and creates what is missing.
 * @throws UserError when a link that is not root's is in the way of a directory, or a file has another name elsewhere:
 * neither surely belongs to the home
 */
export function assignHomeOwners(home: string, owner: HomeOwner, { host, alias }: HomeAccounts): void {
  const path = (...names: readonly string[]) => join(home, ...names);
  const folders = [...hostsFolders, 'index', 'control', 'users', 'alias', 'tls'];
  checkWay(home);
  const before = statSync(home);
  // Closed meanwhile, so that no link can appear there after the check.
  giveOne(home, root, 0o700);
  const names = new Map<string, NamesIn>();
  // A person's. In a home that was qmail's, root's bin/ holds programs of others.
  const foreignBin = lstatSync(path('bin'), { throwIfNoEntry: false })?.uid ? ['bin'] : [];
  try {
    for (const name of [...folders, settingsFile, 'bin', 'passwd']) refuseLink(path(name));
    if (existsSync(path('index'))) giveOne(path('index'), root, 0o700);
    refuseLink(path('index', owner.user));
    for (const name of folders) mkdirSync(path(name), { recursive: true });
    for (const name of [...folders, settingsFile, 'passwd', ...foreignBin])
      if (existsSync(path(name))) names.set(name, namesIn(path(name)));
  } catch (error) {
    giveOne(home, before, before.mode & 0o7777);
    throw error;
  }
  const give = (name: string, to: Ids, modeOf?: Parameters<typeof chownTree>[3]) => {
    const known = names.get(name);
    if (known) chownTree(path(name), to, known, modeOf);
  };
  if (!existsSync(path('passwd'))) writeFileSync(path('passwd'), '', { flag: 'wx', mode: 0o600 });
  for (const name of ['control', 'users', ...foreignBin]) give(name, root, modes(0o755));
  give('passwd', root, () => 0o600);
  give('tls', { uid: 0, gid: host.gid }, modes(0o750));
  for (const name of [...hostsFolders, settingsFile]) give(name, host);
  for (const name of hostsFolders) chmodSync(path(name), name === 'run' ? 0o755 : 0o700);
  give('alias', alias, modes(0o755));
  give('index', root);
  makeIndex(home, owner);
  chownTree(path('index', owner.user), owner, names.get('index') as NamesIn);
  // The host replaces its own files in one step, which creates names here; it can neither rename nor remove those of others.
  giveOne(home, { uid: 0, gid: host.gid }, 0o1775);
}

/** The directory of the reader's index, for the owner of the mail: the host has no access. */
export function makeIndex(home: string, owner: HomeOwner): void {
  const [all, its] = [join(home, 'index'), join(home, 'index', owner.user)];
  mkdirSync(its, { recursive: true });
  giveOne(all, root, 0o755);
  giveOne(its, owner, 0o700);
}

/** @param most the mode of a directory, and of a file that may be run; other files lose the x bits */
function modes(most: number): (stat: Stats) => number {
  return stat => (stat.isDirectory() || (stat.mode & 0o111) !== 0 ? most : most & 0o666);
}

function refuseLink(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isSymbolicLink() && stat.uid !== 0)
    throw new UserError(`${path} is a link that is not root's: it could lead to any file. Remove it first.`);
}

/** Creates the owner's Maildir as the owner: root must not follow a link that the owner has put there. */
export function makeOwnersMaildir(mailHome: string, { uid, gid }: Ids): void {
  const options = { uid, gid, cwd: '/', stdio: 'pipe' } as const;
  if (!existsSync(mailHome)) {
    makeForOwner(mailHome, options);
  }
  const script = 'umask 077 && mkdir -p "$1/tmp" "$1/new" "$1/cur"';
  execFileSync('/bin/sh', ['-c', script, 'sh', join(resolve(mailHome), 'Maildir')], options);
}

/** Root does what the owner may not, which is where the owner cannot put links. */
function makeForOwner(directory: string, options: Ids & { readonly cwd: string; readonly stdio: 'pipe' }): void {
  try {
    execFileSync('/bin/mkdir', ['-p', resolve(directory)], options);
  } catch {
    mkdirSync(directory, { recursive: true });
    lchownSync(directory, options.uid, options.gid);
  }
}

function giveOne(path: string, { uid, gid }: Ids, mode: number): void {
  chownSync(path, uid, gid);
  chmodSync(path, mode);
}

/**
 * What root's parent relies on must belong to root, and what the host writes to the host.
 * @throws UserError that says which files do not, and how to fix it
 */
export function checkOwners(home: string, host: Ids): void {
  checkWay(home);
  const wrong = ['.', 'control', 'users', 'passwd', 'bin', 'index'].filter(name => !isRoots(join(home, name)));
  const queue = statSync(join(home, 'queue'), { throwIfNoEntry: false });
  if (queue?.uid !== host.uid) wrong.push('queue');
  if (wrong.length === 0) return;
  throw new UserError(
    `${home}: ${wrong.join(', ')} should belong to root or to the user of the host only. Run once: waypost adopt --home ${home}`,
  );
}

/** Others may create files only where they can remove none (the sticky home itself). A file that is missing is in order. */
function isRoots(path: string): boolean {
  const link = lstatSync(path, { throwIfNoEntry: false });
  const stat = link?.uid === 0 ? statSync(path, { throwIfNoEntry: false }) : link;
  if (!stat) return true;
  const othersWrite = (stat.mode & 0o022) !== 0 && (stat.mode & 0o1000) === 0;
  return stat.uid === 0 && !othersWrite;
}
