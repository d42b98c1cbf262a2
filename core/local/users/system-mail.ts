// Whose mail is mail of the system: cron, mdadm and their like write to root and other accounts that nobody reads (control/adminaddr).
import { lowerAscii } from '../../message/address.ts';
import { findSafely, longestName } from './getpw.ts';
import { type FindSystemUser, findSystemUser } from './system-users.ts';
import type { FoundUser } from './users.ts';

/** Besides the accounts: names that every mail host has (RFC 5321 section 4.5.1), and the sender of bounces. */
const wellKnown: ReadonlySet<string> = new Set(['root', 'postmaster', 'mailer-daemon']);

/** Accounts of people begin there; `nobody` comes after them. */
const firstPerson = process.platform === 'darwin' ? 500 : 1000;
const nobody = 65_534;

/**
 * Whether an address is one of the system. What users/assign gives to a user is not.
 * @throws UserLookupError if the accounts cannot be read now
 */
export function isSystemAddress(
  local: string,
  { assignment, because }: FoundUser,
  find: FindSystemUser = findInPasswd,
): boolean {
  if (because.from === 'passwd') return assignment.dash === '' && isSystemUid(assignment.uid);
  // Only what is left to alias because nobody has it.
  if (assignment.user !== 'alias' || assignment.ext !== local || local.length > longestName) return false;
  const name = lowerAscii(local);
  if (wellKnown.has(name)) return true;
  const account = findSafely(find, name);
  return account !== undefined && isSystemUid(account.uid);
}

/** Accounts of the system are there on every machine; strangers' mail must not make a host ask a directory. */
function findInPasswd(name: string) {
  return process.platform === 'win32' ? undefined : findSystemUser(name, '/etc/passwd');
}

function isSystemUid(uid: number): boolean {
  return uid < firstPerson || uid === nobody;
}
