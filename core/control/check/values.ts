// Values that stop mail, or that nobody means.
import { isIP } from 'node:net';
import { lowerAscii } from '../../message/address.ts';
import type { Control } from '../control.ts';
import type { ControlTexts, Entry } from './control-text.ts';
import { printable } from './describe.ts';
import { type Finding, findingsIn } from './finding.ts';

const hourSec = 3600;
const daySec = 24 * hourSec;

/** @param control as the files say it now */
export function checkValues(texts: ControlTexts, control: Control): Finding[] {
  return [
    ...checkNumbers(control),
    ...texts.entries('smtproutes').flatMap(entry => checkRoute(entry, control)),
    ...texts.entries('relayclients').flatMap(checkRelayClient),
    ...texts.entries('resolvers').flatMap(checkResolver),
    ...texts.entries('defaultdelivery').flatMap(checkDefaultDelivery),
  ];
}

function checkNumbers(control: Control): Finding[] {
  const found: Finding[] = [];
  for (const channel of ['local', 'remote'] as const) {
    const limit = channel === 'local' ? control.concurrencyLocal : control.concurrencyRemote;
    const text = `No ${channel} delivery is ever tried: all such mail waits in the queue. Write a number above 0 to let it go.`;
    if (limit === 0) found.push(findingsIn(`concurrency${channel}`).warning('concurrency-zero', text, 1));
  }
  const lifetime = findingsIn('queuelifetime');
  const shortText = `Mail that cannot be delivered at once goes back to its sender after ${control.queueLifetimeSec} seconds. A week, 604800, is usual.`;
  if (control.queueLifetimeSec < hourSec) found.push(lifetime.warning('lifetime-short', shortText, 1));
  const days = Math.round(control.queueLifetimeSec / daySec);
  const longText = `A sender hears after ${days} days only that mail could not be delivered. A week, 604800, is usual.`;
  if (control.queueLifetimeSec > 30 * daySec) found.push(lifetime.note('lifetime-long', longText, 1));
  const sizeText = `Messages of more than ${control.dataBytes} bytes are refused: that is nearly all. The number is in bytes; 0 means no limit.`;
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
    const text = `${seconds} seconds are too short for many hosts: their connections are cut. The number is in seconds.`;
    return [findingsIn(name).warning('timeout-short', text, 1)];
  });
}

function checkRoute({ text, line }: Entry, control: Control): Finding[] {
  const { warning, note } = findingsIn('smtproutes');
  const colon = text.indexOf(':');
  if (colon < 0)
    return [
      warning('no-colon', 'The line has no colon and does not count. Write domain:relay or domain:relay:port.', line),
    ];
  const key = lowerAscii(text.slice(0, colon));
  const value = text.slice(colon + 1);
  const shown = printable(key) || 'all other domains';
  if (control.smtpRoutes.get(key) !== value)
    return [note('overridden', `A later line for ${shown} counts in place of this one. Remove one of them.`, line)];
  if (key.includes('@'))
    return [
      warning(
        'address-in-smtproutes',
        `Routes are for domains: ${shown} has an @ and fits nothing. Write what follows the @.`,
        line,
      ),
    ];
  const [, relay = '', port] = (isIP(value) === 6 ? null : /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(value)) ?? [
    value,
    value,
  ];
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536))
    return [
      warning(
        'bad-port',
        `“${printable(port)}” is no port: mail for ${shown} waits. Write a number from 1 to 65535.`,
        line,
      ),
    ];
  if (relay === '' && port !== undefined)
    return [
      warning(
        'no-relay',
        `There is no relay before the port: mail for ${shown} goes nowhere. Write domain:relay:port.`,
        line,
      ),
    ];
  const isOwn = control.locals.has(lowerAscii(relay)) || lowerAscii(relay) === lowerAscii(control.me);
  if (isOwn && (port ?? '25') === '25')
    return [
      warning(
        'route-to-self',
        `Mail for ${shown} is sent to this host itself, and so goes round in circles. Name the relay.`,
        line,
      ),
    ];
  if (control.locals.has(key))
    return [
      note(
        'route-for-local',
        `${shown} is in control/locals: its mail is delivered here, and the route does nothing.`,
        line,
      ),
    ];
  return [];
}

function checkRelayClient({ text, line }: Entry): Finding[] {
  const { warning } = findingsIn('relayclients');
  const shown = printable(text);
  if (isIP(text) !== 0 && text === text.toLowerCase()) return [];
  if (isIP(text) !== 0)
    return [warning('upper-case', `Addresses are compared in lower case: write ${text.toLowerCase()}.`, line)];
  if (text.includes('/'))
    return [
      warning(
        'relay-network',
        `${shown} fits no client: networks are written as prefixes that end in a dot or colon, like 192.168.1. or fd00:.`,
        line,
      ),
    ];
  if (/^(?:\d{1,3}\.){1,3}$/.test(text) || /^[\da-f:]+:$/.test(text)) {
    const isWide = /^\d{1,3}\.$/.test(text) && !['10.', '127.'].includes(text);
    const advice = `All addresses that begin with ${shown} may send anywhere through this host. Name as few as you can.`;
    return isWide ? [warning('relay-wide', advice, line)] : [];
  }
  return [
    warning(
      'no-relay-client',
      `${shown} fits no client: write an IP address, or the beginning of one that ends in a dot or colon.`,
      line,
    ),
  ];
}

function checkResolver({ text, line }: Entry): Finding[] {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\](?::\d{1,5})?|([^:]+)(?::\d{1,5})?)$/.exec(text) ?? [];
  if (isIP(text) !== 0 || isIP(bracketed ?? plain ?? '') !== 0) return [];
  const advice = `${printable(text)} is no DNS server: write ip, ip:port or [ip]:port. Until then mail for other hosts waits.`;
  return [findingsIn('resolvers').warning('no-resolver', advice, line)];
}

function checkDefaultDelivery({ text, line }: Entry): Finding[] {
  const { warning } = findingsIn('defaultdelivery');
  if (/^[|&+./]/.test(text)) return [];
  if (text.includes('@') && !/[ \t/]/.test(text)) return [];
  const advice = `This counts as an address, so mail for everybody without .qmail is forwarded to it. For a file or a Maildir begin with ./ as in ./Maildir/`;
  return [warning('no-instruction', advice, line)];
}
