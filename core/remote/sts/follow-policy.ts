// What a policy of MTA-STS means for a delivery (RFC 8461 section 5): only the exchangers that it names get mail. A policy that is
// only tested refuses nothing, and the log says what it would.
import type { LogLine } from '../../lib/log.ts';
import { displayAddress } from '../../message/address.ts';
import { type MessageReport, putOff, type Server } from '../outcome-of-replies.ts';
import { isListed, type StsPolicy } from './policy.ts';

export function mayTake(policy: StsPolicy | undefined, exchanger: string): boolean {
  return policy?.mode !== 'enforce' || isListed(policy, exchanger);
}

/** The next try asks for a new policy. */
export function noneListed(domain: string): MessageReport {
  const words = `The policy of ${displayAddress(domain)} (MTA-STS) names none of its mail exchangers. TLS is required by this policy.`;
  return putOff(words, '4.7.5');
}

/** Says what the policy would refuse. */
export function noteTesting(
  log: LogLine,
  domain: string,
  policy: StsPolicy | undefined,
  { host, tls }: Pick<Server, 'host' | 'tls'>,
): void {
  if (policy?.mode !== 'testing') return;
  const why = !isListed(policy, host) ? 'it is not listed' : !tls ? 'there was no TLS' : tls.why;
  if (why === undefined) return;
  const what = `the policy of ${displayAddress(domain)} (MTA-STS, only tested) would refuse ${displayAddress(host)}`;
  log(`remote: ${what}: ${why}`);
}
