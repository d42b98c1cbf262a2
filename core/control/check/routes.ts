// Routes of smtproutes and qmtproutes that lead nowhere, or back to this host.
import { isIP } from 'node:net';
import { lowerAscii } from '../../message/address.ts';
import type { Control } from '../control.ts';
import type { Entry } from './control-text.ts';
import { printable } from './describe.ts';
import { type Finding, findingsIn } from './finding.ts';

/** One line `domain:relay` or `domain:relay:port` of a table of routes. */
export function checkRoute(
  file: 'smtproutes' | 'qmtproutes',
  { text, line }: Entry,
  control: Control,
): Finding | undefined {
  const { warning, note } = findingsIn(file);
  const colon = text.indexOf(':');
  if (colon < 0) {
    return warning('no-colon', 'The line has no colon and is ignored. Write domain:relay or domain:relay:port.', line);
  }
  const key = lowerAscii(text.slice(0, colon));
  const value = text.slice(colon + 1);
  const shown = printable(key) || 'all other domains';
  const table = file === 'smtproutes' ? control.smtpRoutes : control.qmtpRoutes;
  if (table.get(key) !== value)
    return note('overridden', `A later line for ${shown} overrides this one. Remove one of them.`, line);
  if (key.includes('@')) {
    const advice = `Routes are for domains: ${shown} has an @ and matches nothing. Write the part after the @.`;
    return warning('address-in-routes', advice, line);
  }
  const { relay, port } = relayOf(value);
  if (port !== undefined && !isPort(port)) {
    const advice = `“${printable(port)}” is not a port: mail for ${shown} waits. Write a number from 1 to 65535.`;
    return warning('bad-port', advice, line);
  }
  if (relay === '' && port !== undefined) {
    const advice = `There is no relay before the port: mail for ${shown} cannot be sent. Write domain:relay:port.`;
    return warning('no-relay', advice, line);
  }
  const isOwn = control.locals.has(lowerAscii(relay)) || lowerAscii(relay) === lowerAscii(control.me);
  const usualPort = file === 'smtproutes' ? '25' : '209';
  if (isOwn && (port ?? usualPort) === usualPort) {
    const advice = `Mail for ${shown} is sent to this host itself, which is a loop. Name the relay.`;
    return warning('route-to-self', advice, line);
  }
  if (!control.locals.has(key)) return undefined;
  const advice = `${shown} is in control/locals: its mail is delivered here, and the route has no effect.`;
  return note('route-for-local', advice, line);
}

/** Parses the value as deliveries do: an IPv6 address needs no brackets if there is no port. */
function relayOf(value: string): { relay: string; port: string | undefined } {
  if (isIP(value) === 6) return { relay: value, port: undefined };
  const [, relay = value, port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(value) ?? [];
  return { relay, port };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536;
}
