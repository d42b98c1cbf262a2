// Values that stop mail, or that are hardly intended.
import { isIP } from 'node:net';
import { parseIpv6Network } from '../../lib/net/ipv6.ts';
import type { Control } from '../control.ts';
import { parseForcedSender } from '../forced-senders.ts';
import type { ControlTexts, Entry } from './control-text.ts';
import { printable } from './describe.ts';
import { type Finding, findingsIn } from './finding.ts';
import { checkAuthSender, checkRoute } from './routes.ts';

const hourSec = 3600;
const daySec = 24 * hourSec;

/** @param control the files as they are now */
export function checkValues(texts: ControlTexts, control: Control): Finding[] {
  const each = (name: string, check: (entry: Entry) => Finding | undefined) =>
    texts.entries(name).flatMap(entry => check(entry) ?? []);
  return [
    ...checkNumbers(control),
    ...each('bounceformat', checkBounceFormat),
    ...each('smtproutes', entry => checkRoute('smtproutes', entry, texts, control)),
    ...each('qmtproutes', entry => checkRoute('qmtproutes', entry, texts, control)),
    ...each('authsenders', entry => checkAuthSender(entry, texts)),
    ...each('allmailfrom', checkForcedSender),
    ...each('relayclients', checkRelayClient),
    ...each('resolvers', checkResolver),
    ...each('defaultdelivery', checkDefaultDelivery),
  ];
}

function checkNumbers(control: Control): Finding[] {
  const found: Finding[] = [];
  for (const channel of ['local', 'remote'] as const) {
    const limit = channel === 'local' ? control.concurrencyLocal : control.concurrencyRemote;
    const text = `No ${channel} delivery is ever tried: all such mail waits in the queue. Write a number above 0.`;
    if (limit === 0) found.push(findingsIn(`concurrency${channel}`).warning('concurrency-zero', text, 1));
  }
  const lifetime = findingsIn('queuelifetime');
  const shortText = `Mail that cannot be delivered at once is returned to the sender after ${control.queueLifetimeSec} seconds. A week, 604800, is usual.`;
  if (control.queueLifetimeSec < hourSec) found.push(lifetime.warning('lifetime-short', shortText, 1));
  const days = Math.round(control.queueLifetimeSec / daySec);
  const longText = `Senders learn only after ${days} days that mail could not be delivered. A week, 604800, is usual.`;
  if (control.queueLifetimeSec > 30 * daySec) found.push(lifetime.note('lifetime-long', longText, 1));
  const sizeText = `Messages of more than ${control.dataBytes} bytes are refused: that is nearly all mail. The number is in bytes; 0 means no limit.`;
  if (control.dataBytes > 0 && control.dataBytes < 10_000)
    found.push(findingsIn('databytes').warning('databytes-small', sizeText, 1));
  return [...found, ...checkTimeouts(control)];
}

function checkTimeouts({ timeoutConnectSec, timeoutRemoteSec, timeoutSmtpdSec }: Control): Finding[] {
  const timeouts = {
    timeoutconnect: timeoutConnectSec,
    timeoutremote: timeoutRemoteSec,
    timeoutsmtpd: timeoutSmtpdSec,
  };
  return Object.entries(timeouts).flatMap(([name, seconds]) => {
    if (seconds >= 10) return [];
    const text = `${seconds} seconds is too short for many hosts: their connections are cut. The number is in seconds.`;
    return [findingsIn(name).warning('timeout-short', text, 1)];
  });
}

function checkBounceFormat({ text, line }: Entry): Finding | undefined {
  if (line > 1 || text === 'dsn' || text === 'qsbmf') return undefined;
  const advice = `${printable(text)} is not a bounce format, so qsbmf is used. Write dsn or qsbmf.`;
  return findingsIn('bounceformat').warning('no-bounce-format', advice, line);
}

function checkForcedSender({ text, line }: Entry): Finding | undefined {
  const [relay, { kind }] = parseForcedSender(text, line);
  if (kind !== 'broken') return undefined;
  const whose = relay === '' ? 'other hosts' : `the relay ${printable(relay)}`;
  const advice = `Mail for ${whose} waits: “${printable(text)}” is neither an address nor relay:address. Correct the line.`;
  return findingsIn('allmailfrom').warning('no-address', advice, line);
}

function checkRelayClient({ text, line }: Entry): Finding | undefined {
  const { warning } = findingsIn('relayclients');
  const shown = printable(text);
  if (isIP(text) !== 0) {
    if (text === text.toLowerCase()) return undefined;
    return warning('upper-case', `Addresses are compared in lower case: write ${text.toLowerCase()}.`, line);
  }
  if (text.includes('/')) {
    if (parseIpv6Network(text)) return undefined;
    const advice = `${shown} matches no client: write a network as a prefix that ends in a dot, like 192.168.1., or as 2001:db8:0:1::/64, with a multiple of 4.`;
    return warning('relay-network', advice, line);
  }
  if (/^(?:\d{1,3}\.){1,3}$/.test(text) || /^[\da-f:]+:$/.test(text)) {
    const isWide = /^\d{1,3}\.$/.test(text) && !['10.', '127.'].includes(text);
    const advice = `All addresses that start with ${shown} may send anywhere through this host. List as few as you can.`;
    return isWide ? warning('relay-wide', advice, line) : undefined;
  }
  const advice = `${shown} matches no client: write an IP address, or the start of one that ends in a dot or colon.`;
  return warning('no-relay-client', advice, line);
}

function checkResolver({ text, line }: Entry): Finding | undefined {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\](?::\d{1,5})?|([^:]+)(?::\d{1,5})?)$/.exec(text) ?? [];
  if (isIP(text) !== 0 || isIP(bracketed ?? plain ?? '') !== 0) return undefined;
  const advice = `${printable(text)} is not a DNS server: write ip, ip:port or [ip]:port. Until then mail for other hosts waits.`;
  return findingsIn('resolvers').warning('no-resolver', advice, line);
}

function checkDefaultDelivery({ text, line }: Entry): Finding | undefined {
  if (/^[|&+./]/.test(text) || (text.includes('@') && !/[ \t/]/.test(text))) return undefined;
  const advice =
    'This counts as an address, so mail for every user without a .qmail file is forwarded to it. For a file or a Maildir, start with ./ as in ./Maildir/';
  return findingsIn('defaultdelivery').warning('no-instruction', advice, line);
}
