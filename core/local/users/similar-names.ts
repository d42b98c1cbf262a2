// The names that are needed to tell one user's addresses from those of others: the user's own in users/assign, and others that begin
// with the user's name and a dash, there and among the machine's accounts.
import { readFileSync } from 'node:fs';
import { lowerAscii } from '../../message/address.ts';
import { parsePasswdLine } from './system-users.ts';
import { openTable } from './users.ts';

interface SimilarNames {
  readonly assigned: readonly { readonly name: string; readonly wild: boolean; readonly own: boolean }[];
  readonly accounts: readonly string[];
}

/** @param user a byte string @returns the current names; none if the files cannot be read */
export function createSimilarNames(home: string, user: string, processUid: number | undefined): () => SimilarNames {
  const table = openTable(home);
  const name = lowerAscii(user);
  const beginning = `${name}-`;
  return () => ({
    assigned: orNone(() => {
      const records = table().users?.records ?? new Map<string, string>();
      return [...records].flatMap(([key, fields]) => {
        if (!key.startsWith('!')) return [];
        const wild = !key.endsWith('\0');
        const assigned = key.slice(1, wild ? undefined : -1);
        const own = lowerAscii(fields.slice(0, fields.indexOf('\0'))) === name;
        const isNear = assigned.startsWith(beginning) || (wild && beginning.startsWith(assigned));
        return own || isNear ? [{ name: assigned, wild, own }] : [];
      });
    }),
    // Only a host that root runs uses accounts.
    accounts: processUid === 0 ? orNone(() => accountsFrom(beginning)) : [],
  });
}

function accountsFrom(beginning: string): string[] {
  const lines = readFileSync('/etc/passwd', 'latin1').split('\n');
  return lines.filter(line => line.startsWith(beginning)).flatMap(line => parsePasswdLine(line)?.name ?? []);
}

function orNone<T>(look: () => T[]): T[] {
  try {
    return look();
  } catch {
    return [];
  }
}
