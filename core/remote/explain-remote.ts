// Explains where mail for another host would be sent, from the routes and, on request, the DNS. It makes no connection.
import type { Explained, ExplainStep, ExplainVerdict } from '../api/explain.ts';
import { readEntryLines } from '../control/check/entry-lines.ts';
import type { Control } from '../control/control.ts';
import { ownAddresses } from '../lib/net/own-addresses.ts';
import { displayAddress } from '../message/address.ts';
import { bothFamilies } from './connect-first.ts';
import { findExchangers } from './find-exchangers.ts';
import type { MessageReport } from './outcome-of-replies.ts';
import { createDnsResolver, type Resolver } from './resolver.ts';
import { findRoute, literalAddress, type Route, routeKey } from './route.ts';
import { badPort } from './send.ts';

/** What explanations need. */
export interface RemoteExplainDeps {
  /** The Waypost home. */
  readonly home: string;
  readonly control: () => Control;
  /** Default: the DNS, through control/resolvers or the system's servers. */
  readonly resolver?: Resolver;
  readonly localAddresses?: () => readonly string[];
}

/** @param host a byte string; with `dns` the DNS is queried */
export type ExplainRemote = (host: string, dns: boolean) => Promise<Explained>;

export function createRemoteExplain(deps: RemoteExplainDeps): ExplainRemote {
  return async (host, dns) => {
    const control = deps.control();
    const route = findRoute(control, host);
    const steps = [routeStep(deps.home, host, route, control)];
    if (route && route.port === undefined) return { steps, verdict: failed(badPort(host, route)) };
    if (!dns) return { steps, verdict: { ...remote, text: targetOf(host, route) } };
    const resolver = deps.resolver ?? createDnsResolver(control.resolvers);
    const own = () => new Set((deps.localAddresses ?? ownAddresses)());
    const found = await findExchangers(host, route, { resolver, own, random: () => 0 });
    if (found.kind === 'failed') {
      const says = displayAddress(found.report.text).trim().replaceAll('\n', ' ');
      return { steps: [...steps, { stage: 'dns', file: null, line: null, says }], verdict: failed(found.report) };
    }
    const inOrder = found.exchangers.flatMap(({ addresses, byQmtp }) =>
      bothFamilies(addresses).map(ip => (byQmtp ? `${ip} (by QMTP first)` : ip)),
    );
    const says = `These addresses are tried in order: ${inOrder.join(', ')}.`;
    const step: ExplainStep = { stage: 'dns', file: null, line: null, says };
    return {
      steps: [...steps, step],
      verdict: {
        ...remote,
        text: targetOf(host, route),
        hosts: found.exchangers.flatMap(({ addresses }) => bothFamilies(addresses)),
      },
    };
  };
}

const remote = { outcome: 'remote', deliveries: [], newSender: null, hosts: [] } satisfies Partial<ExplainVerdict>;

function routeStep(home: string, host: string, route: Route | undefined, control: Control): ExplainStep {
  const lines = readEntryLines(home);
  const name = route?.protocol === 'qmtp' ? 'qmtproutes' : 'smtproutes';
  const key = routeKey(name === 'qmtproutes' ? control.qmtpRoutes : control.smtpRoutes, host);
  const about = { stage: 'route', file: lines.path(name) } as const;
  if (key === undefined) return { ...about, line: null, says: `There is no route for ${displayAddress(host)}.` };
  const line = lines.ofKey(name, key);
  const which = `The line for ${displayAddress(key) || 'all other domains'}`;
  if (!route) return { ...about, line, says: `${which} is empty: there is no route.` };
  const port = route.port === undefined ? 'an invalid port' : `port ${route.port}`;
  return { ...about, line, says: `${which} leads to ${displayAddress(route.relay)}, ${port}.` };
}

function targetOf(host: string, route: Route | undefined): string {
  if (route)
    return `It is sent to ${displayAddress(route.relay)} port ${route.port} by ${route.protocol.toUpperCase()}.`;
  const literal = literalAddress(host);
  return literal
    ? `It is sent to ${literal} by SMTP.`
    : `It is sent to the mail exchangers of ${displayAddress(host)} by SMTP.`;
}

function failed({ letter, text }: MessageReport): ExplainVerdict {
  return { ...remote, outcome: letter === 'D' ? 'never' : 'later', text: displayAddress(text) };
}
