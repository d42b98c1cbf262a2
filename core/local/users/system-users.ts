// The accounts of this machine (getpwnam): /etc/passwd, and `getent` where the machine keeps accounts elsewhere too.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One account. Byte strings. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly homeDir: string;
}

/** Looks an account up; undefined: there is none of this name. @throws Error when nobody can say for now */
export type FindSystemUser = (name: string) => SystemUser | undefined;

/** One line of passwd(5): `name:password:uid:gid:gecos:home:shell`. Undefined for what is no account. */
export function parsePasswdLine(line: string): SystemUser | undefined {
  const [name, , uid = '', gid = '', , homeDir] = line.split(':');
  if (!name || /^[+-]/.test(name) || homeDir === undefined || !/^\d+$/.test(uid) || !/^\d+$/.test(gid))
    return undefined;
  return { name, uid: Number(uid), gid: Number(gid), homeDir };
}

/** @param passwdPath another file than /etc/passwd is the only place that is looked at */
export function findSystemUser(name: string, passwdPath?: string): SystemUser | undefined {
  const lines = readFileSync(passwdPath ?? '/etc/passwd', 'latin1').split('\n');
  const line = lines.find(text => text.startsWith(`${name}:`));
  if (line !== undefined) return parsePasswdLine(line);
  const asks = passwdPath === undefined && namesMoreSources(readIfThere('/etc/nsswitch.conf'));
  return asks ? askGetent(name) : undefined;
}

/**
 * Whether accounts come from LDAP, NIS and the like too. What `systemd` adds are accounts without mail.
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

/** A name could also be a number to getent, and then it means a uid: no account is called so. */
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
