// control/tlshosts and control/notlshosts (netqmail with the TLS patch): `tlshosts/NAME.pem` has the CAs that must vouch for the
// server NAME, `tlshosts/exhaustivelist` means that no other server is asked for TLS, and `notlshosts/NAME` that this one is not.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { keptUntilChanged } from '../../control/cached-until-changed.ts';
import { errorCode, reasonOf, UserError } from '../../lib/user-error.ts';
import { lowerAscii } from '../../message/address.ts';
import { inTheClear, type TlsTerms } from './terms.ts';

/** What the two directories say. */
export interface TlsHosts {
  /** @returns undefined: nothing about this server */
  termsFor(server: string): Omit<TlsTerms, 'implicit'> | undefined;
}

/** @returns a function that says what is there now @throws UserError (from it) when a directory cannot be read */
export function openTlsHosts(home: string): () => TlsHosts {
  const [yes, no] = ['tlshosts', 'notlshosts'].map(name => join(home, 'control', name)) as [string, string];
  const kept = keptUntilChanged([yes, no], () => tlsHosts(namesIn(yes), namesIn(no), yes));
  return () => kept(undefined);
}

/** @param withTls names in control/tlshosts @param without names in control/notlshosts @param directory of the first */
export function tlsHosts(withTls: ReadonlySet<string>, without: ReadonlySet<string>, directory: string): TlsHosts {
  const isExhaustive = withTls.has('exhaustivelist');
  return {
    termsFor(server) {
      const name = lowerAscii(server);
      if (without.has(name)) return { ...inTheClear, by: `control/notlshosts/${name}` };
      const file = `${name}.pem`;
      if (withTls.has(file)) {
        return {
          use: 'required',
          by: `control/tlshosts/${file}`,
          caPath: join(directory, file),
          check: { kind: 'chain', names: [server], wildcards: true },
        };
      }
      return isExhaustive ? { ...inTheClear, by: 'control/tlshosts/exhaustivelist' } : undefined;
    },
  };
}

function namesIn(directory: string): ReadonlySet<string> {
  try {
    return new Set(readdirSync(directory));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return new Set();
    throw new UserError(`Unable to read ${directory}: ${reasonOf(error)}.`, { exitCode: 111, cause: error });
  }
}
