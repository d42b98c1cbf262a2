// Finds the account of an address without an assignment (qmail-getpw): by the whole local part or by the part before a dash; else it
// belongs to the user alias.
import { statSync } from 'node:fs';
import { lowerAscii } from '../../message/address.ts';
import { rawPath } from '../raw-path.ts';
import { isTemporaryError } from '../temporary-error.ts';
import type { Assignment } from './assignment.ts';
import type { FindSystemUser, SystemUser } from './system-users.ts';
import { UserLookupError } from './user-lookup-error.ts';

/** Longer names are not tried. */
export const longestName = 31;

/** A name that was tried. */
export interface GetpwStep {
  readonly name: string;
  readonly verdict: 'taken' | 'no account' | 'root' | 'no home' | 'home of another';
}

/**
 * The account for a local part, and what was tried on the way; `alias` is not tried here.
 * @throws UserLookupError if that cannot be determined now
 */
export function getpw(
  local: string,
  find: FindSystemUser,
): { readonly assignment: Assignment | undefined; readonly steps: readonly GetpwStep[] } {
  const steps: GetpwStep[] = [];
  for (let end = local.length; end >= 0; end--) {
    if ((end < local.length && local[end] !== '-') || end > longestName) continue;
    const name = lowerAscii(local.slice(0, end));
    const user = findSafely(find, name);
    const verdict = verdictOn(user);
    steps.push({ name, verdict });
    if (verdict === 'taken' && user) {
      const isWhole = end === local.length;
      const dash = isWhole ? '' : '-';
      const assignment = { user: user.name, ...idsAndHome(user), dash, ext: isWhole ? '' : local.slice(end + 1) };
      return { assignment, steps };
    }
  }
  return { assignment: undefined, steps };
}

/** The assignment of an address that belongs to no account. */
export function aliasOf(user: SystemUser, local: string): Assignment {
  return { user: user.name, ...idsAndHome(user), dash: '-', ext: local };
}

function idsAndHome({ uid, gid, homeDir }: SystemUser) {
  return { uid, gid, homeDir };
}

function verdictOn(user: SystemUser | undefined): GetpwStep['verdict'] {
  if (!user) return 'no account';
  if (user.uid === 0) return 'root';
  try {
    return statSync(rawPath(user.homeDir)).uid === user.uid ? 'taken' : 'home of another';
  } catch (error) {
    if (isTemporaryError(error)) throw new UserLookupError(115, `${user.homeDir}: ${String(error)}`);
    return 'no home';
  }
}

/** @throws UserLookupError with qmail-lspawn's code for a failed lookup */
export function findSafely(find: FindSystemUser, name: string): SystemUser | undefined {
  if (name === '') return undefined;
  try {
    return find(name);
  } catch (error) {
    throw new UserLookupError(118, `unable to look up the account ${name}: ${String(error)}`);
  }
}
