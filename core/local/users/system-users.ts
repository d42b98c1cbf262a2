// The accounts of this machine (getpwnam): /etc/passwd, and `getent` if there are other sources of accounts.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One account. Byte strings. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly homeDir: string;
}

/** Looks up an account; undefined: it does not exist. @throws Error if that cannot be determined now */
export type FindSystemUser = (name: string) => SystemUser | undefined;

/** One line of passwd(5): `name:password:uid:gid:gecos:home:shell`. Undefined if it is not an account. */
export function parsePasswdLine(line: string): SystemUser | undefined {
  const [name, , uid = '', gid = '', , homeDir] = line.split(':');
  if (!name || /^[+-]/.test(name) || homeDir === undefined || !/^\d+$/.test(uid) || !/^\d+$/.test(gid))
    return undefined;
  return { name, uid: Number(uid), gid: Number(gid), homeDir };
}

/** @param passwdPath a file other than /etc/passwd; then no other source is used */
export function findSystemUser(name: string, passwdPath?: string): SystemUser | undefined {
  const lines = readFileSync(passwdPath ?? '/etc/passwd', 'latin1').split('\n');
  const line = lines.find(text => text.startsWith(`${name}:`));
  if (line !== undefined) return parsePasswdLine(line);
  const asks = passwdPath === undefined && namesMoreSources(readIfThere('/etc/nsswitch.conf'));
  return asks ? askGetent(name) : undefined;
}

/**
 * Whether accounts also come from LDAP, NIS and so on. Accounts from `systemd` get no mail.
 * @param nsswitch the text of nsswitch.conf(5)
 */
export function namesMoreSources(nsswitch: string): boolean {
  const start = 'passwd:';
  const line =
    nsswitch
      .split('\n')
      .map(each => each.trimStart())
      .find(each => each.startsWith(start)) ?? start;
  const [sources = ''] = line.slice(start.length).split('#', 1);
  return sources
    .replace(/\[[^[\]]*\]/g, '')
    .split(/\s+/)
    .some(source => !['', 'files', 'compat', 'systemd', 'db'].includes(source));
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** getent takes a number for a uid, so only names that are valid account names are looked up. */
function askGetent(name: string): SystemUser | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_.$-]*$/.test(name)) return undefined;
  try {
    const answer = execFileSync('getent', ['passwd', name], { encoding: 'latin1', timeout: 10_000, stdio: 'pipe' });
    return parsePasswdLine(answer.split('\n')[0] ?? '');
  } catch (error) {
    if ((error as { status?: unknown }).status === 2) return undefined; // getent: no such key
    throw error;
  }
}
