// Whether a client is refused (rblsmtpd): by its RBLSMTPD, or else by DNS lists of its address.
import { isIPv4, isIPv6 } from 'node:net';
import type { Environment } from '../../lib/net/tcp-environment.ts';
import type { Reply } from '../smtp/replies.ts';
import type { RblDns } from './rbl-dns.ts';
import type { RblList } from './rbl-options.ts';

const longestShown = 200;

/** The decision of RBLSMTPD: a refusal, `welcome`, or undefined where it is not set. */
export function decidedByRule({ RBLSMTPD }: Environment): Reply | 'welcome' | undefined {
  if (RBLSMTPD === undefined) return undefined;
  if (RBLSMTPD === '') return 'welcome';
  return RBLSMTPD.startsWith('-') ? refusal(553, RBLSMTPD.slice(1)) : refusal(451, RBLSMTPD);
}

/**
 * Asks all lists about an address at the same time; the first one in order that decides counts.
 * @returns the refusal; undefined: no list refuses the client, or none could be asked
 */
export async function askLists(ip: string, lists: readonly RblList[], dns: RblDns): Promise<Reply | undefined> {
  const reversed = reverse(ip);
  if (reversed === undefined) return undefined;
  const answers = await Promise.all(
    lists.map(({ kind, base }) => (kind === 'refuse' ? dns.text : dns.hasAddress)(`${reversed}.${base}`)),
  );
  // When a list could not be asked, the client is not refused permanently.
  let failed = false;
  for (const [at, { kind, permanent, closed }] of lists.entries()) {
    const answer = answers[at];
    if (answer === 'failed') {
      failed = true;
      if (kind === 'refuse' && closed) return refusal(451, 'temporary RBL lookup error');
      if (kind === 'accept' && !closed) return undefined;
    } else if (answer) {
      if (kind === 'accept') return undefined;
      return refusal(permanent && !failed ? 553 : 451, answer.text);
    }
  }
  return undefined;
}

function refusal(code: 451 | 553, text: string): Reply {
  return { code, text: text.slice(0, longestShown).replace(/[^ -~]/g, '?') };
}

/** `1.2.3.4` → `4.3.2.1`; an IPv6 address by its 32 digits (RFC 5782); undefined for anything else. */
function reverse(ip: string): string | undefined {
  if (isIPv4(ip)) return ip.split('.').reverse().join('.');
  if (!isIPv6(ip) || ip.includes('.') || ip.includes('%')) return undefined;
  const [head = '', tail] = ip.split('::');
  const groups = (text: string | undefined) => (text ? text.split(':') : []);
  const zeros = Array(8 - groups(head).length - groups(tail).length).fill('0');
  const digits = [...groups(head), ...(tail === undefined ? [] : zeros), ...groups(tail)]
    .map(group => group.padStart(4, '0'))
    .join('');
  return [...digits].reverse().join('.');
}
