// Explains where mail for another host would be sent, from the routes and, on request, the DNS. It makes no connection.
import type { Explained, ExplainStep, ExplainVerdict } from '../api/explain.ts';
import { type EntryLines, readEntryLines } from '../control/check/entry-lines.ts';
import type { Control } from '../control/control.ts';
import { loginSecretOf } from '../control/passwords.ts';
import { ownAddresses } from '../lib/net/own-addresses.ts';
import { displayAddress } from '../message/address.ts';
import { bothFamilies } from './connections/connect-first.ts';
import type { DaneFor } from './dane/dane.ts';
import { explainDane, isDaneHeeded } from './dane/explain-dane.ts';
import { explainLocalEnd } from './domain-ips/explain-local-end.ts';
import { otherFamily, reachableFrom } from './domain-ips/local-end.ts';
import { findExchangers } from './exchangers/find-exchangers.ts';
import { createDnsResolver, type Resolver } from './exchangers/resolver.ts';
import { explainForcedSender } from './forced-sender/explain-forced-sender.ts';
import type { MessageReport } from './outcome-of-replies.ts';
import { type FoundRoute, literalAddress, loginFileOf, lookUpRoute, type Route, type Way } from './route.ts';
import { badPort } from './send.ts';
import { explainTls } from './tls/explain-tls.ts';

/** What explanations need. */
export interface RemoteExplainDeps {
  /** The Waypost home. */
  readonly home: string;
  readonly control: () => Control;
  /** Default: the DNS, through control/resolvers or the system's servers. */
  readonly resolver?: Resolver;
  readonly localAddresses?: () => readonly string[];
  /** Default: nobody is asked. */
  readonly daneFor?: DaneFor;
}

/** With `dns` the DNS is queried. */
export type ExplainRemote = (way: Way, dns: boolean) => Promise<Explained>;

export function createRemoteExplain(deps: RemoteExplainDeps): ExplainRemote {
  return async (asked, dns) => {
    const { host } = asked;
    const control = deps.control();
    const found = lookUpRoute(control, asked);
    const { route } = found;
    const lines = readEntryLines(deps.home);
    const forced = explainForcedSender(lines, control, route);
    // What comes after the sender was replaced goes by the new one.
    const way = { host, sender: asked.sender === '' ? '' : (forced?.sender ?? asked.sender) };
    const tls = explainTls(lines, control, way, route);
    const end = await explainLocalEnd(lines, control, way.sender);
    const ofFiles = [forced, tls, end].filter(each => each !== undefined);
    const steps = [...routeSteps(deps.home, lines, asked, found), ...ofFiles.map(({ step }) => step)];
    if (route && route.port === undefined) return { steps, verdict: failed(badPort(host, route)) };
    const broken = ofFiles.find(({ isBroken }) => isBroken);
    if (broken) return { steps, verdict: { ...remote, outcome: 'later', text: broken.step.says } };
    if (!dns) return { steps, verdict: { ...remote, text: targetOf(host, route) } };
    const resolver = deps.resolver ?? createDnsResolver(control.resolvers);
    const own = () => new Set((deps.localAddresses ?? ownAddresses)());
    const exchangers = await findExchangers(host, route, { resolver, own, random: () => 0 });
    if (exchangers.kind === 'failed') {
      const says = displayAddress(exchangers.report.text).trim().replaceAll('\n', ' ');
      return { steps: [...steps, { stage: 'dns', file: null, line: null, says }], verdict: failed(exchangers.report) };
    }
    const servers = reachableFrom(end?.localEnd?.ip, exchangers.exchangers);
    if (end?.localEnd && servers.length === 0) return { steps, verdict: failed(otherFamily(host, end.localEnd)) };
    const inOrder = servers.flatMap(({ addresses, byQmtp }) =>
      bothFamilies(addresses).map(ip => (byQmtp ? `${ip} (by QMTP first)` : ip)),
    );
    const says = `These addresses are tried in order: ${inOrder.join(', ')}.`;
    const step: ExplainStep = { stage: 'dns', file: null, line: null, says };
    const withDane = isDaneHeeded(control, way, route) ? servers : [];
    const dane = deps.daneFor ? await explainDane(deps.daneFor, host, withDane) : [];
    return {
      steps: [...steps, step, ...dane],
      verdict: {
        ...remote,
        text: targetOf(host, route),
        hosts: servers.flatMap(({ addresses }) => bothFamilies(addresses)),
      },
    };
  };
}

const remote = { outcome: 'remote', deliveries: [], newSender: null, hosts: [] } satisfies Partial<ExplainVerdict>;

function routeSteps(home: string, lines: EntryLines, { sender, host }: Way, { route, by }: FoundRoute): ExplainStep[] {
  const about = { stage: 'route', file: lines.path(by?.file ?? 'smtproutes') } as const;
  if (!by) return [{ ...about, line: null, says: `There is no route for ${displayAddress(host)}.` }];
  const line = lines.ofKey(by.file, by.key);
  const which = `The line for ${keyInWords(by, sender)}`;
  if (!route) return [{ ...about, line, says: `${which} is empty: there is no route.` }];
  const port = route.port === undefined ? 'an invalid port' : `port ${route.port}`;
  const leads = { ...about, line, says: `${which} leads to ${displayAddress(route.relay)}, ${port}.` };
  if (!route.login) return [leads];
  const secret = loginSecretOf(home, loginFileOf(route), route.login);
  const who = route.login.user === '' ? 'a login' : `the login ${displayAddress(route.login.user)}`;
  const says =
    secret.kind === 'problem'
      ? `There is ${who} for it that cannot be used: ${secret.why}.`
      : `There ${who} is used, inside TLS with a verified certificate only.`;
  return [leads, { ...about, line, says }];
}

function keyInWords({ file, key }: NonNullable<FoundRoute['by']>, sender: string): string {
  if (file === 'authsenders') return key === '' ? 'all other senders' : `the sender ${displayAddress(key)}`;
  if (key === '!@' && sender === '') return 'bounces';
  return displayAddress(key) || 'all other domains';
}

function targetOf(host: string, route: Route | undefined): string {
  if (route) {
    const login = route.login ? `, logged in as ${displayAddress(route.login.user)}` : '';
    return `It is sent to ${displayAddress(route.relay)} port ${route.port} by ${route.protocol.toUpperCase()}${login}.`;
  }
  const literal = literalAddress(host);
  return literal
    ? `It is sent to ${literal} by SMTP.`
    : `It is sent to the mail exchangers of ${displayAddress(host)} by SMTP.`;
}

function failed({ letter, text }: MessageReport): ExplainVerdict {
  return { ...remote, outcome: letter === 'D' ? 'never' : 'later', text: displayAddress(text) };
}
