// Routes of smtproutes, qmtproutes and authsenders that lead nowhere, or back to this host.
import { lowerAscii } from '../../message/address.ts';
import type { Control } from '../control.ts';
import { parsePort, parseRoute, type RouteEntry } from '../routes.ts';
import type { ControlTexts, Entry } from './control-text.ts';
import { printable } from './describe.ts';
import { type Finding, findingsIn } from './finding.ts';

type RouteFile = 'smtproutes' | 'qmtproutes' | 'authsenders';

/** One line `domain:relay` or `domain:relay:port` of a table of routes. */
export function checkRoute(
  file: 'smtproutes' | 'qmtproutes',
  entry: Entry,
  texts: ControlTexts,
  control: Control,
): Finding | undefined {
  const { warning, note } = findingsIn(file);
  const { text, line } = entry;
  const colon = text.indexOf(':');
  if (colon < 0) {
    return warning('no-colon', 'The line has no colon and is ignored. Write domain:relay or domain:relay:port.', line);
  }
  const key = lowerAscii(text.slice(0, colon));
  const shown = printable(key) || 'all other domains';
  const wrong = checkLine(file, entry, texts, shown);
  if (wrong) return wrong;
  if (key.includes('@') && key !== '!@') {
    const advice = `Routes are for domains: ${shown} has an @ and matches nothing. Write the part after the @.`;
    return warning('address-in-routes', advice, line);
  }
  const route = parseRoute(text.slice(colon + 1));
  const unusable = route && checkPlace(file, route, line, shown);
  if (unusable) return unusable;
  const relay = lowerAscii(route?.relay ?? '');
  const usualPort = file === 'smtproutes' ? '25' : '209';
  if (
    relay !== '' &&
    (control.locals.has(relay) || relay === lowerAscii(control.me)) &&
    (route?.port ?? usualPort) === usualPort
  ) {
    const advice = `Mail for ${shown} is sent to this host itself, which is a loop. Name the relay.`;
    return warning('route-to-self', advice, line);
  }
  if (!control.locals.has(key)) return undefined;
  const advice = `${shown} is in control/locals: its mail is delivered here, and the route has no effect.`;
  return note('route-for-local', advice, line);
}

/** One line `sender:relay;port|user|password`. */
export function checkAuthSender(entry: Entry, texts: ControlTexts): Finding | undefined {
  const { text, line } = entry;
  const colon = text.indexOf(':');
  if (colon < 0) {
    const advice = 'The line has no colon and is ignored. Write sender:relay:port|user|password.';
    return findingsIn('authsenders').warning('no-colon', advice, line);
  }
  const shown = `the sender ${printable(text.slice(0, colon))}`.trim();
  const route = parseRoute(text.slice(colon + 1));
  return checkLine('authsenders', entry, texts, shown) ?? (route && checkPlace('authsenders', route, line, shown));
}

function checkLine(file: RouteFile, { text, line }: Entry, texts: ControlTexts, shown: string): Finding | undefined {
  const start = lowerAscii(text.slice(0, text.indexOf(':') + 1));
  const last = texts.entries(file).findLast(other => lowerAscii(other.text).startsWith(start));
  if (last === undefined || last.line === line) return undefined;
  return findingsIn(file).note('overridden', `A later line for ${shown} overrides this one. Remove one of them.`, line);
}

function checkPlace(file: RouteFile, route: RouteEntry, line: number, shown: string): Finding | undefined {
  const { warning } = findingsIn(file);
  const { relay, port } = route;
  if (port !== undefined && parsePort(port) === undefined) {
    const advice = `“${printable(port)}” is not a port: mail for ${shown} waits. Write a number from 1 to 65535.`;
    return warning('bad-port', advice, line);
  }
  if (relay !== '') return undefined;
  const advice = `The line has no relay: mail for ${shown} cannot be sent. Write one after the first colon.`;
  return warning('no-relay', advice, line);
}
