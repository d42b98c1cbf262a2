// Who owns what in a home that root runs. What decides (control/, users/, bin/, passwd) is root's, so that no break-in can
// change who gets a delivery or what runs; what the host writes is the host's; each file that others need can be read by them.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../lib/user-error.ts';
import type { HomeAccounts, Ids } from './accounts.ts';

/** Whose mail the window shows, with the name in control/owner. */
export interface HomeOwner extends Ids {
  readonly user: string;
}

const hostsFolders = ['queue', 'log', 'run', 'index', 'lists', 'page'];
const settingsFile = 'settings.json';

/**
 * Gives everything in the home to whom it belongs; what is missing of it is made.
 * @throws UserError when a link that is not root's has the place of a part: it could lead anywhere
 */
export function ownHome(home: string, owner: HomeOwner, { host, alias }: HomeAccounts): void {
  const path = (...names: readonly string[]) => join(home, ...names);
  const before = statSync(home);
  // Closed meanwhile, so that nobody puts a link there after we have looked.
  giveOne(home, { uid: 0, gid: 0 }, 0o700);
  try {
    for (const name of [...hostsFolders, settingsFile, 'alias', 'tls', 'bin']) refuseLink(path(name));
    if (existsSync(path('index'))) giveOne(path('index'), { uid: 0, gid: 0 }, 0o700);
    refuseLink(path('index', owner.user));
  } catch (error) {
    giveOne(home, before, before.mode & 0o7777);
    throw error;
  }
  for (const name of [...hostsFolders, 'control', 'users', 'alias', 'tls']) mkdirSync(path(name), { recursive: true });
  if (!existsSync(path('passwd'))) writeFileSync(path('passwd'), '', { mode: 0o600 });
  const root = { uid: 0, gid: 0 };

  for (const name of ['control', 'users']) {
    giveAll(path(name), root);
    setModes(path(name), 'u=rwX,go=rX');
  }
  giveOne(path('passwd'), root, 0o600);
  giveAll(path('tls'), { uid: 0, gid: host.gid });
  setModes(path('tls'), 'u=rwX,g=rX,o=');
  for (const name of [...hostsFolders, settingsFile]) if (existsSync(path(name))) giveAll(path(name), host);
  for (const name of hostsFolders) chmodSync(path(name), name === 'run' || name === 'index' ? 0o755 : 0o700);
  giveAll(path('alias'), alias);
  setModes(path('alias'), 'u=rwX,go=rX');
  const index = path('index', owner.user);
  mkdirSync(index, { recursive: true });
  giveAll(index, owner);
  chmodSync(index, 0o700);
  // Its own files are replaced in one step, which makes new names here; of the others it can neither rename nor remove one.
  giveOne(home, { uid: 0, gid: host.gid }, 0o1775);
}

function refuseLink(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isSymbolicLink() && stat.uid !== 0)
    throw new UserError(`${path} is a link that is not root's: it could lead anywhere. Remove it first.`);
}

/** Makes the owner's Maildir as the owner: root must follow no link that he put there. */
export function makeOwnersMaildir(mailHome: string, { uid, gid }: Ids): void {
  if (!existsSync(mailHome)) {
    mkdirSync(mailHome, { recursive: true });
    chownSync(mailHome, uid, gid);
  }
  const script = 'umask 077 && mkdir -p "$1/tmp" "$1/new" "$1/cur"';
  const options = { uid, gid, cwd: '/', stdio: 'pipe' } as const;
  execFileSync('/bin/sh', ['-c', script, 'sh', join(resolve(mailHome), 'Maildir')], options);
}

function giveOne(path: string, { uid, gid }: Ids, mode: number): void {
  chownSync(path, uid, gid);
  chmodSync(path, mode);
}

/** With all that is below, following no link. */
function giveAll(path: string, { uid, gid }: Ids): void {
  execFileSync('chown', ['-RhP', `${uid}:${gid}`, path], { stdio: 'pipe' });
}

function setModes(path: string, modes: string): void {
  execFileSync('chmod', ['-R', modes, path], { stdio: 'pipe' });
}

/**
 * What root's parent relies on must be root's, and what the host writes the host's.
 * @throws UserError that says what is not, and how it is mended
 */
export function checkOwners(home: string, host: Ids): void {
  const wrong = ['.', 'control', 'users', 'passwd'].filter(name => !isRoots(join(home, name)));
  const queue = statSync(join(home, 'queue'), { throwIfNoEntry: false });
  if (queue?.uid !== host.uid) wrong.push('queue');
  if (wrong.length === 0) return;
  throw new UserError(
    `${home}: ${wrong.join(', ')} should belong to root or to the user of the host, and to nobody else. Run once: waypost adopt --home ${home}`,
  );
}

/** Others may make files only where they can remove none (the sticky home itself). What is not there nobody can have made. */
function isRoots(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return true;
  const othersWrite = (stat.mode & 0o022) !== 0 && (stat.mode & 0o1000) === 0;
  return stat.uid === 0 && !othersWrite;
}
