// Fetches a policy of MTA-STS by HTTPS (RFC 8461 section 3.3): the certificate must be good, redirects are not followed.

import { get } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Clock } from '../../lib/clock.ts';
import type { Resolver } from '../exchangers/resolver.ts';

/** The text of a domain's policy. @throws Error when there is none to be had, with the reason for people */
export type FetchPolicy = (domain: string) => Promise<string>;

const largestBytes = 64 * 1024;
const longestMs = 60_000;

/** @param addresses the resolver of deliveries: control/resolvers counts here too @param port not 443: for tests */
export function createFetchPolicy(
  addresses: Resolver['addresses'],
  clock: Clock,
  port = 443,
  ca?: string,
): FetchPolicy {
  return async domain => {
    const host = `mta-sts.${domain}`;
    const answer = await addresses(host);
    if (answer.kind !== 'found') throw new Error(`${host} has no address`);
    const lookup = lookupOf(answer.records);
    return new Promise((resolve, reject) => {
      const url = `https://${host}:${port}/.well-known/mta-sts.txt`;
      const request = get(
        url,
        { lookup, agent: false, headers: { accept: 'text/plain' }, ...(ca && { ca }) },
        response => {
          const { statusCode, headers } = response;
          if (statusCode !== 200) return fail(`${host} answers ${statusCode}`);
          if (!/^text\/plain(?:[; \t]|$)/i.test(headers['content-type'] ?? ''))
            return fail(`${host} sends something else than text/plain`);
          const pieces: Buffer[] = [];
          let bytes = 0;
          response.on('data', (piece: Buffer) => {
            bytes += piece.length;
            if (bytes > largestBytes) fail(`${host} sends more than ${largestBytes} bytes`);
            else pieces.push(piece);
          });
          response.on('error', error => fail(error.message));
          response.on('end', () => {
            cancel();
            resolve(Buffer.concat(pieces).toString('latin1'));
          });
          return undefined;
        },
      );
      const cancel = clock.after(longestMs, () => fail(`${host} takes more than a minute`));
      request.on('error', error => fail(error.message));
      function fail(why: string): undefined {
        cancel();
        request.destroy();
        reject(new Error(why));
        return undefined;
      }
    });
  };
}

function lookupOf(records: readonly string[]): LookupFunction {
  const all = records.map(address => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_host, { all: wantsAll }, done) => {
    const [first] = all;
    if (wantsAll) done(null, all);
    else done(null, first?.address ?? '', first?.family ?? 4);
  };
}
