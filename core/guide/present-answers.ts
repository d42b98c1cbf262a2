// The answers that the files give now: what the guide shows when it is run again.
import type { FetchServer, GuideRole, MailServer, ProviderAnswers } from '../api/guide.ts';
import { serverOf } from '../control/fetch/account.ts';
import { parseAccount } from '../control/fetch/account-file.ts';
import { type ControlFiles, controlFilesOf } from '../control/read-control-files.ts';
import { parsePort, type RouteEntry, routeTable } from '../control/routes.ts';
import { tlsDestinations } from '../control/tls-destinations.ts';
import { displayAddress, lowerAscii } from '../message/address.ts';
import type { FilesNow } from './plan-files.ts';

/** For each address at a provider, the usual one first. */
export function presentAccounts(now: FilesNow, name: string): ProviderAnswers[] {
  const files = controlFilesOf(now.text);
  const ofSenders = routeTable(files.list('authsenders'));
  const usual = routeTable(files.list('smtproutes')).get('');
  return (files.list('identities') ?? []).flatMap((identity, at) => {
    const address = lowerAscii(identity);
    const route = ofSenders.has(address) || at > 0 ? ofSenders.get(address) : usual;
    const password = route?.login?.password;
    if (!route || password?.kind !== 'file') return [];
    const account = password.name.replace(/\.oauth$/, '');
    const { sending, authority } = relayOf(route, files);
    return {
      role: 'provider',
      ...{ account, name, sending, authority },
      address: displayAddress(identity),
      user: displayAddress(route.login?.user ?? ''),
      password: '',
      fetching: fetchingOf(account, now),
    };
  });
}

/** What the machine does, as far as files can tell. */
export function presentRole(now: FilesNow, hasLinks: boolean, accounts: readonly ProviderAnswers[]): GuideRole {
  if (accounts.length > 0) return 'provider';
  if (hasLinks) return 'hub';
  const files = controlFilesOf(now.text);
  const me = lowerAscii(files.line('me') ?? '');
  const others = (files.list('locals') ?? []).filter(domain => domain !== 'localhost' && lowerAscii(domain) !== me);
  return others.length > 0 ? 'exchanger' : 'local';
}

function relayOf(route: RouteEntry, files: ControlFiles): { sending: MailServer; authority: string } {
  const port = (route.port === undefined ? undefined : parsePort(route.port)) ?? 25;
  const host = displayAddress(route.relay);
  const line = tlsDestinations(files.numbered('tlsdestinations'))
    .get(lowerAscii(route.relay))
    ?.find(entry => entry.kind === 'rule');
  const implicit = port === 465 || line?.implicit === true;
  return {
    sending: { host, port, tls: implicit ? 'implicit' : 'starttls' },
    authority: displayAddress(line?.caPath ?? ''),
  };
}

function fetchingOf(name: string, now: FilesNow): FetchServer | null {
  const bytes = now.text(`fetch/${name}`);
  if (bytes === undefined) return null;
  const { account } = parseAccount(name, Buffer.from(bytes, 'latin1').toString('utf8'));
  const { protocol, tls } = account;
  return account.server && tls !== 'none' ? { protocol, ...serverOf(account), tls } : null;
}

/** A name for a new account: the first part of the address's domain, with a number if it is taken. */
export function nameForAccount(address: string, taken: ReadonlySet<string>): string {
  const domain = lowerAscii(address.slice(address.lastIndexOf('@') + 1));
  const base =
    (domain.split('.')[0] ?? '')
      .replace(/[^a-z0-9_-]/g, '')
      .replace(/^[_-]+/, '')
      .slice(0, 28) || 'provider';
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name)) return name;
  }
}
