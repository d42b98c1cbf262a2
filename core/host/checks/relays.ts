// The relays that control files name: how the last messages to each fared, refused logins, and on request whether it answers.
import { isIP } from 'node:net';
import type { Check } from '../../api/checks.ts';
import { printable } from '../../control/check/describe.ts';
import type { Control } from '../../control/control.ts';
import { parsePort, type RouteEntry } from '../../control/routes.ts';
import { localMinute } from '../../lib/text/local-time.ts';
import type { RelayBook } from '../../remote/relay-book.ts';
import { literalAddress } from '../../remote/route.ts';
import type { HostDns } from './dns-look.ts';
import { connect, type GreetDeps, greet } from './greet.ts';
import { about } from './run-check.ts';

export interface RelayDeps extends GreetDeps {
  readonly control: Pick<Control, 'smtpRoutes' | 'qmtpRoutes' | 'authSenders' | 'fallbackRelay'>;
  /** Undefined: no host runs. */
  readonly book: RelayBook['of'] | undefined;
  /** What is wrong with logins, in sentences. */
  readonly loginProblems: readonly { readonly text: string }[];
  /** Of the relays, each of which is connected to; undefined: nobody asked for it. */
  readonly dns: Pick<HostDns, 'addresses'> | undefined;
}

interface Relay {
  readonly relay: string;
  readonly port: number;
  readonly shown: string;
  readonly speaksFirst: boolean;
}

const mostRelays = 50;
const [smtpPort, smtpsPort, qmtpPort, qmtpsPort] = [25, 465, 209, 6209];

export async function checkRelays(deps: RelayDeps): Promise<Check[]> {
  const { wrong } = about('relay-login', 'Logins at relays');
  const { dns, book } = deps;
  const relays = relaysOf(deps.control).slice(0, mostRelays);
  const each = await Promise.all(
    relays.map(async relay => [
      ...(dns ? [await checkAnswer(relay, dns, deps)] : []),
      ...(book || !dns ? [checkRecord(relay, book)] : []),
    ]),
  );
  return [...deps.loginProblems.map(({ text }) => wrong(text)), ...each.flat()];
}

function checkRecord({ relay, port, shown }: Relay, book: RelayBook['of'] | undefined): Check {
  const { fine, warning, unchecked } = about('relay', `Relay ${shown}`);
  if (!book) return unchecked('No host is running, so it is not known how the last messages fared.');
  const record = book({ relay, port });
  if (!record) return unchecked('Nothing was sent there since the host was started.');
  const last =
    record.lastSuccessMs === undefined
      ? 'None was accepted since the host was started'
      : `The last one was accepted at ${localMinute(record.lastSuccessMs)}`;
  if (!record.lastError) return fine(`${last}.`);
  const { atMs, text } = record.lastError;
  return warning(
    `A message to the relay ${shown} was deferred at ${localMinute(atMs)}: ${printable(text.trim().replaceAll('\n', ' '))} ${last}.`,
  );
}

async function checkAnswer(
  { relay, port, shown, speaksFirst }: Relay,
  dns: NonNullable<RelayDeps['dns']>,
  deps: GreetDeps,
): Promise<Check> {
  const { fine, warning, wrong, unchecked } = about('relay-answer', `Connection to the relay ${shown}`);
  const literal = literalAddress(relay);
  const addresses = literal === undefined ? await dns.addresses(relay) : [literal];
  if (addresses === 'unknown') return unchecked(`The DNS did not answer in time for ${printable(relay)}.`);
  const [ip] = addresses;
  if (ip === undefined)
    return wrong(`The DNS has no host ${printable(relay)}: mail for this relay cannot be sent. Correct its name.`);
  if (!speaksFirst) {
    const connected = await connect(deps.dial, ip, port);
    if ('why' in connected) return wrong(unreachable(shown, ip, connected.why));
    connected.socket.on('error', () => {}).destroy();
    return fine(`${shown} accepts connections (${ip}).`);
  }
  const greeted = await greet(deps, ip, port);
  switch (greeted.kind) {
    case 'unconnected':
      return wrong(unreachable(shown, ip, greeted.why));
    case 'silent':
      return warning(
        `The relay ${shown} (${ip}) accepts a connection but does not greet. Check its port: 465 is for TLS from the start.`,
      );
    case 'greeted':
      return greeted.code === 220
        ? fine(`${shown} answers (${ip}).`)
        : warning(`The relay ${shown} (${ip}) refuses this host: ${greeted.says}`);
  }
}

function unreachable(shown: string, ip: string, why: string): string {
  return `The relay ${shown} (${ip}) cannot be connected to: ${why}. Mail for it waits. Check its name and port, and your firewall.`;
}

/** Each once. */
function relaysOf({ smtpRoutes, qmtpRoutes, authSenders, fallbackRelay }: RelayDeps['control']): Relay[] {
  const all = [
    ...[...smtpRoutes.values(), ...authSenders.values(), fallbackRelay].flatMap(
      entry => relayOf(entry, smtpPort) ?? [],
    ),
    ...[...qmtpRoutes.values()].flatMap(entry => relayOf(entry, qmtpPort) ?? []),
  ];
  return [...new Map(all.map(relay => [relay.shown, relay])).values()];
}

function relayOf(entry: RouteEntry | undefined, usualPort: number): Relay | undefined {
  if (!entry || entry.relay === '') return undefined;
  const port = entry.port === undefined ? usualPort : parsePort(entry.port);
  // Another finding reports a port that is none.
  if (port === undefined) return undefined;
  const { relay } = entry;
  const shown = `${printable(isIP(relay) === 6 ? `[${relay}]` : relay)} port ${port}`;
  const speaksFirst = usualPort === smtpPort && port !== smtpsPort && port !== qmtpsPort;
  return { relay, port, shown, speaksFirst };
}
