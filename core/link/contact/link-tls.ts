// TLS of a link, on the terms of its file: STARTTLS (RFC 3207), or from the first byte (RFC 8314). A contact resumes the TLS of the
// one before where the server allows it: the certificates need not come again, which are most of the bytes.
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Link } from '../../control/links/link.ts';
import { ConnectionDied, openChannel, UnaskedBytes } from '../../conversation/channel.ts';
import { clientContext } from '../../conversation/client-context.ts';
import { greetServer } from '../../conversation/smtp-greeting.ts';
import {
  HandshakeFailed,
  type Secured,
  secure,
  startTls,
  type TlsClientOptions,
} from '../../conversation/tls-client.ts';
import { certificateFault } from '../../conversation/tls-reasons.ts';
import type { Clock } from '../../lib/clock.ts';
import { keepNewest } from '../../lib/keep-newest.ts';
import { UserError } from '../../lib/user-error.ts';
import { saidBy } from '../turn/step-result.ts';
import { tappedStream } from './tapped-stream.ts';
import type { Transcript } from './transcript.ts';

/** By server and terms: what the last connection can be resumed with. They are secrets, and kept in memory only. */
export type TlsSessions = Map<string, Buffer>;

export interface LinkTlsDeps {
  readonly link: Pick<Link, 'tls' | 'certificate' | 'authority' | 'metered'>;
  readonly clock: Clock;
  readonly heloHost: string;
  readonly sessions: TlsSessions;
}

export type LinkTls =
  /** `isGreeted`: the server waits for EHLO, and not for a connection. */
  | { readonly ok: true; readonly stream: Duplex; readonly isGreeted: boolean; readonly says: string }
  | { readonly ok: false; readonly says: string };

interface Server {
  readonly host: string;
  readonly port: number;
}

const replyMs = 81_000;

interface OverDeps extends Omit<LinkTlsDeps, 'link' | 'heloHost'> {
  readonly link: Pick<Link, 'tls' | 'certificate' | 'authority' | 'metered' | 'heloHost'>;
  readonly heloHost: () => string;
  readonly transcript: Transcript;
}

/**
 * The connection as the link's file wants it, within TLS or not; what TLS has cost is noted.
 * @param counted the same connection, with every byte counted @param isSmtp its lines are noted
 */
export async function openOver(
  counted: Duplex,
  socket: Pick<Socket, 'bytesRead' | 'bytesWritten'>,
  server: Server,
  isSmtp: boolean,
  { link, clock, sessions, heloHost, transcript }: OverDeps,
): Promise<LinkTls> {
  if (link.tls === 'none') return { ok: true, stream: counted, isGreeted: false, says: '' };
  const { tls, certificate, authority, metered } = link;
  const terms = {
    link: { tls, certificate, authority, metered },
    clock,
    sessions,
    heloHost: link.heloHost ?? heloHost(),
  };
  const opened = await startLinkTls(counted, server, terms);
  if (!opened.ok) return opened;
  transcript.note(`${opened.says}, after ${socket.bytesRead + socket.bytesWritten} bytes`);
  return isSmtp ? { ...opened, stream: tappedStream(opened.stream, transcript.smtp) } : opened;
}

/** Starts TLS; without it nothing more is said. Never throws. @param socket a connection that stands; closed on failure */
export async function startLinkTls(socket: Duplex, server: Server, deps: LinkTlsDeps): Promise<LinkTls> {
  try {
    const terms = JSON.stringify([server.host, server.port, deps.link]);
    let latest: Buffer | undefined;
    let keep = (session: Buffer): void => {
      latest = session;
    };
    const options = {
      ...{ host: server.host, clock: deps.clock, timeoutMs: replyMs, session: deps.sessions.get(terms) },
      context: clientContext(deps.link.authority, deps.link.metered),
      onSession: (session: Buffer) => keep(session),
    };
    const secured = await (deps.link.tls === 'starttls'
      ? afterStartTls(socket, options, deps.heloHost)
      : secure(socket, options));
    const why = objectionTo(secured, server.host, deps.link);
    if (why !== undefined) throw new UserError(`the certificate of ${server.host} is not accepted: ${why}`);
    keep = session => keepNewest(deps.sessions, terms, session, mostSessions);
    if (latest) keep(latest);
    const says = `${secured.version.replace('v', ' ')}${secured.isResumed ? ', resumed' : ''}`;
    return { ok: true, stream: secured.socket, isGreeted: deps.link.tls === 'starttls', says };
  } catch (error) {
    socket.destroy();
    return { ok: false, says: reasonFor(error) };
  }
}

/** A client with ever other addresses does not fill the memory. */
const mostSessions = 8;

/** @throws UserError when the server refuses; what `startTls` throws */
async function afterStartTls(socket: Duplex, options: TlsClientOptions, heloHost: string): Promise<Secured> {
  const channel = openChannel(socket, options.clock, replyMs);
  const greeted = await greetServer(channel, heloHost);
  if (greeted.kind !== 'ready') throw new UserError(`the server refuses this host: ${saidBy(greeted.reply.text)}`);
  if (!greeted.extensions.has('STARTTLS')) {
    throw new UserError('the server does not offer STARTTLS, and nothing is sent without TLS');
  }
  const started = await startTls(channel, options);
  if (started.kind === 'secured') return started.secured;
  throw new UserError(`the server refuses STARTTLS, and nothing is sent without TLS: ${saidBy(started.reply.text)}`);
}

/** Of a connection that is resumed the certificate was looked at before, on the same terms. */
function objectionTo(secured: Secured, host: string, { certificate: asked }: LinkTlsDeps['link']): string | undefined {
  const { certificate, isResumed } = secured;
  if (asked.kind === 'any' || (isResumed && !certificate)) return undefined;
  if (asked.kind === 'verified') return certificateFault(secured, { names: [host], wildcards: true })?.why;
  const shown = certificate && createHash('sha256').update(certificate.raw).digest('hex');
  return shown === asked.sha256 ? undefined : `its fingerprint is ${shown ?? 'missing'}`;
}

function reasonFor(error: unknown): string {
  if (error instanceof UserError) return error.message;
  if (error instanceof HandshakeFailed) return `TLS failed: ${error.message}`;
  if (error instanceof UnaskedBytes) return 'something was said between STARTTLS and TLS, where nobody may speak';
  if (error instanceof ConnectionDied) return `the connection ended before TLS: ${error.message}`;
  throw error;
}
