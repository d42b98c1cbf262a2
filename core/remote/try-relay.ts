// A relay that is tried before its route is written: the same connection, TLS, login and sending as of a delivery, step by step, with
// what the server said at each.
import type { SecureContext } from 'node:tls';
import { type ReachDeps, reach } from '../conversation/reach.ts';
import type { Clock } from '../lib/clock.ts';
import type { Credential } from '../login/secret.ts';
import type { RelayPlace, TriedInVain, TriedRelay } from '../paper-path/provider-trial.ts';
import { failureOf } from './login/login-report.ts';
import { authenticate, offeredMechanisms } from './login/smtp-auth.ts';
import { messageInMemory } from './shared-messages.ts';
import { sendMessage } from './smtp/client.ts';
import { openSession, type SmtpSession } from './smtp/session.ts';
import { createContexts } from './tls/contexts.ts';
import type { TlsTerms } from './tls/terms.ts';

export interface TryRelayDeps {
  readonly home: string;
  readonly clock: Clock;
  readonly reach: ReachDeps;
  readonly heloHost: () => string;
}

const replyMs = 60_000;

export type OpenRelay = (place: RelayPlace, stop: AbortSignal) => Promise<TriedRelay<Credential> | TriedInVain>;

/** @throws UserError when the file of CAs cannot be used */
export function createOpenRelay({ home, clock, reach: reachDeps, heloHost }: TryRelayDeps): OpenRelay {
  const contextFor = createContexts(home);
  return async ({ host, port, implicit, caPath }, stop) => {
    const terms: TlsTerms = {
      use: 'required',
      by: 'the login at this relay',
      check: { kind: 'chain', names: [host], wildcards: true },
      implicit,
      caPath,
    };
    const context: SecureContext = contextFor(terms);
    const reached = await reach(host, port, reachDeps, stop);
    if ('why' in reached) return { ok: false, says: [`${host}: ${reached.why}`], code: undefined };
    const { socket, ip } = reached;
    stop.addEventListener('abort', () => socket.destroy(), { once: true });
    const setup = { host, ip, terms, context, clock, timeoutMs: replyMs, heloHost: heloHost() };
    const opened = await openSession(socket, setup);
    if (opened.kind === 'not-ready') return failed(opened.report);
    return triedRelay(opened.session, { host, port });
  };
}

function triedRelay(
  session: SmtpSession,
  server: { readonly host: string; readonly port: number },
): TriedRelay<Credential> {
  const { tls, extensions, channel, ip } = session;
  const offered = offeredMechanisms(extensions);
  return {
    says: [
      `Connected to ${server.host} (${ip}), port ${server.port}.`,
      `${tls?.version ?? 'TLS'} with a certificate that is verified for ${server.host}.`,
      `It offers ${[...extensions.keys()].join(', ') || 'nothing'}; logins: ${offered.join(', ') || 'none'}.`,
    ],
    async logIn(credential) {
      const { user, secret } = credential;
      try {
        const end = await authenticate({ channel, extensions, credential, server });
        if (end.kind === 'logged-in') {
          session.user = user;
          return { ok: true, says: [`Logged in as ${user} (${end.mechanism}).`] };
        }
        const isToken = credential.kind === 'token';
        const place = { user, relay: server.host, port: server.port, where: '', isToken };
        const { did, reply } = failureOf(end, place, offered);
        return { ok: false, says: [`${server.host} ${secret.hideIn(did)}`], code: reply?.code };
      } catch {
        return { ok: false, says: [`${server.host} ended the connection during the login.`], code: undefined };
      }
    },
    async send(raw, envelope) {
      const { message, recipients } = await sendMessage(session, messageInMemory(raw), envelope, 'no chunking');
      const refused = recipients.find(({ letter }) => letter !== 'r') ?? (message.letter === 'K' ? undefined : message);
      return refused ? failed(refused) : { ok: true, says: linesOf(message.text) };
    },
    close: () => channel.close('QUIT\r\n'),
  };
}

function failed({
  text,
  reply,
}: {
  readonly text: string;
  readonly reply?: { readonly code: number | undefined };
}): TriedInVain {
  return { ok: false, says: linesOf(text), code: reply?.code };
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.replace(/[^\x20-\x7e]/g, '?').trim())
    .filter(line => line !== '');
}
