// A relay on loopback that wants a login within TLS, by STARTTLS or from the first byte, with a certificate that this process
// trusts; and a delivery through it.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createDial } from '../../../core/conversation/channel.ts';
import { type Clock, systemClock } from '../../../core/lib/clock.ts';
import { createAccessTokens } from '../../../core/login/oauth/access-tokens.ts';
import type { Fetch } from '../../../core/login/oauth/token-endpoint.ts';
import type { Outcome } from '../../../core/paper-path/outcome.ts';
import { openTcpTo } from '../../../core/remote/connections/tcpto.ts';
import { createRemoteDeliver } from '../../../core/remote/deliver.ts';
import type { Resolver } from '../../../core/remote/exchangers/resolver.ts';
import { createLogins, type Logins } from '../../../core/remote/login/logins.ts';
import { issue } from '../certificates.ts';
import { writeControl } from '../queue-rig.ts';
import { type LoginLine, type PeerScript, type SmtpPeer, startPeer } from '../smtp-peer.ts';
import { tempDir } from '../temp-dir.ts';
import { type Account, type SaslServer, saslServers } from './sasl-server.ts';

const ca = issue({ subject: 'Test CA', isCa: true });
const relay = issue({ subject: 'relay.example', issuer: ca });
setDefaultCACertificates([...getCACertificates('default'), ca.cert]);

/** As a server has it in its own settings. */
export const relayTls = { cert: relay.cert, key: relay.key };

/** AUTH of a server that keeps to the RFCs. */
export function loginServer(
  account: Account,
  mechanisms: readonly (keyof typeof saslServers)[],
): NonNullable<PeerScript['login']> {
  return () => {
    let server: SaslServer | undefined;
    return line => {
      const [, name = '', initial] = /^AUTH (\S+)(?: (.*))?$/i.exec(line) ?? [];
      const known = mechanisms.find(one => one === name);
      if (server === undefined && !known) return { reply: '504 5.5.4 unknown mechanism', more: false };
      if (line === '*') return { reply: '501 5.7.0 cancelled', more: false };
      const response = server ? line : initial;
      server ??= known && saslServers[known](account);
      const step = server?.(response === undefined ? undefined : Buffer.from(response, 'base64'));
      if (step?.kind === 'challenge') return { reply: `334 ${step.raw.toString('base64')}`, more: true };
      return step?.kind === 'success'
        ? { reply: '235 2.7.0 ok', more: false }
        : { reply: '535 5.7.8 wrong user or password', more: false };
    };
  };
}

/** AUTH of a server that answers each line with the next of these: 334 goes on. */
export function scriptedLogin(...replies: readonly string[]): NonNullable<PeerScript['login']> {
  return () => {
    const left = [...replies];
    return (): LoginLine => {
      const reply = left.shift() ?? '334 ';
      return { reply, more: reply.startsWith('334') };
    };
  };
}

/** What the relay offers within TLS. */
export function offering(auth: string): Pick<PeerScript, 'ehlo' | 'starttls' | 'tls' | 'ehloWithinTls'> {
  const ehloWithinTls = `250-relay.example\r\n250-AUTH ${auth}\r\n250 PIPELINING`;
  return { ehlo: '250-relay.example\r\n250 STARTTLS', starttls: '220 go', tls: relayTls, ehloWithinTls };
}

/** A home whose route has a login at the relay. */
export interface LoginSender {
  readonly home: string;
  readonly logins: Logins;
  readonly log: readonly string[];
  deliver(options?: { id?: number; sender?: string; recipient?: string }): Promise<Outcome>;
  /** Writes the password that the route refers to. */
  setPassword(text: string): void;
}

interface SenderOptions {
  /** Default: everything goes to relay.example port 587, with the password in secrets/relay. */
  readonly control?: Readonly<Record<string, string>>;
  readonly password?: string;
  readonly clock?: Clock;
  /** Default: no provider can be reached. */
  readonly fetch?: Fetch;
}

/** No provider can be reached. */
async function nobody(): Promise<never> {
  throw new Error('no network');
}

/** @param port of this machine, where relay.example is */
export function loginSender(t: TestContext, port: number, options: SenderOptions = {}): LoginSender {
  const { password = 'hunter2', clock = systemClock, fetch = nobody } = options;
  const home = tempDir(t);
  const control = writeControl(home, { smtproutes: ':relay.example:587|joe@me.example|@relay\n', ...options.control });
  const log: string[] = [];
  const resolver: Resolver = {
    mx: async () => ({ kind: 'none' }),
    addresses: async () => ({ kind: 'found', records: ['127.0.0.1'] }),
  };
  const dial = createDial(clock);
  const tokens = createAccessTokens({ home, clock, fetch });
  const logins = createLogins({ home, clock, log: line => void log.push(line), tokens });
  const tcpto = openTcpTo(home, clock);
  tcpto.clear();
  const deliver = createRemoteDeliver({
    home,
    control: () => control,
    clock,
    logins,
    log: line => void log.push(line),
    resolver,
    localAddresses: () => ['192.0.2.1'],
    dial: (ip, _port, ...rest) => dial(ip, port, ...rest),
    tcpto,
  });
  function setPassword(text: string): void {
    const path = join(home, 'secrets/relay');
    mkdirSync(join(home, 'secrets'), { recursive: true, mode: 0o700 });
    writeFileSync(path, text);
    chmodSync(path, 0o600);
  }
  setPassword(`${password}\n`);
  const path = join(home, 'message');
  writeFileSync(path, 'Subject: t\n\nhi\n');
  return {
    ...{ home, logins, log, setPassword },
    deliver: ({ id = 1, sender = 'joe@me.example', recipient = 'ann@far.example' } = {}) =>
      deliver({ id, path, sender, recipient }),
  };
}

/** The same with a relay that a test scripts. */
export async function loginDesk(
  t: TestContext,
  { script, ...options }: SenderOptions & { readonly script: PeerScript },
): Promise<LoginSender & { readonly peer: SmtpPeer }> {
  const peer = await startPeer(t, script);
  return { ...loginSender(t, peer.port, options), peer };
}
