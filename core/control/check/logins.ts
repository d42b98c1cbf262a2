// Logins at relays that cannot be used: their mail waits.
import { type LoginFile, loginSecretOf } from '../passwords.ts';
import { parseRoute } from '../routes.ts';
import type { ControlTexts, Entry } from './control-text.ts';
import { printable } from './describe.ts';
import { type Finding, findingsIn } from './finding.ts';

const loginFiles: readonly LoginFile[] = ['smtproutes', 'authsenders', 'fallbackrelay'];

/** @param texts the control files of the home */
export function checkLogins(home: string, texts: ControlTexts): Finding[] {
  return [
    ...loginFiles.flatMap(file => texts.entries(file).flatMap(entry => checkLogin(home, file, entry) ?? [])),
    ...texts.entries('qmtproutes').flatMap(entry => (routeIn('qmtproutes', entry)?.login ? [byQmtp(entry)] : [])),
  ];
}

function routeIn(file: LoginFile | 'qmtproutes', { text }: Entry) {
  return parseRoute(file === 'fallbackrelay' ? text : text.slice(text.indexOf(':') + 1));
}

function checkLogin(home: string, file: LoginFile, entry: Entry): Finding | undefined {
  const route = routeIn(file, entry);
  if (!route?.login) return undefined;
  const found = loginSecretOf(home, file, route.login);
  if (found.kind !== 'problem') return undefined;
  const who = `The login ${route.login.user === '' ? '' : `as ${printable(route.login.user)} `}at ${printable(route.relay)}`;
  const text = `${who} cannot be used, and the mail for it waits: ${found.why}.`;
  return findingsIn(file).warning('login-unusable', text, entry.line);
}

function byQmtp({ line }: Entry): Finding {
  const text = 'QMTP has no logins: this one is not used. Write the route to control/smtproutes, and remove this line.';
  return findingsIn('qmtproutes').warning('login-by-qmtp', text, line);
}
