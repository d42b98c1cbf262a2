// A connection to an IMAP server, by imapflow, within limits: every answer is bounded in size, every command in time, and what the
// library throws becomes words.
import { isIP } from 'node:net';
import { type FetchMessageObject, type FetchQueryObject, ImapFlow, type MailboxObject } from 'imapflow';
import { serverOf } from '../../control/fetch/account.ts';
import type { Dispose } from '../../lib/dispose.ts';
import { errorCode, reasonOf } from '../../lib/user-error.ts';
import { FetchFailure, saidBy } from '../failure.ts';
import { isTlsError, tlsFailure } from '../secure.ts';
import type { ServerSession } from '../session.ts';

/** So much of a message is asked for at once. */
export const chunkBytes = 128 * 1024;
const longestLine = 64 * 1024;
const connectMs = 60_000;
/** A command may take so long: also one that brings a chunk. */
const commandMs = 600_000;
/** A silent server; shorter than `commandMs`, as it need not be slow to be gone. */
const silenceMs = 120_000;
/** IDLE is started again, so that nothing on the way forgets the connection (RFC 2177: within 29 minutes). */
const idleMs = 20 * 60_000;

interface Wanted {
  readonly most: number;
  /** A server may say something of other messages meanwhile, of flags for example. */
  readonly is: (message: FetchMessageObject) => boolean;
}

interface Fetched {
  readonly messages: readonly FetchMessageObject[];
  /** There were more, which were passed over. */
  readonly isMore: boolean;
}

export interface ImapClient {
  /** Opens a folder. @throws FetchFailure */
  open(folder: string, readOnly: boolean): Promise<MailboxObject>;
  /** Of what a server says about these messages, what is wanted, and so much of it at most. @throws FetchFailure */
  fetch(uids: string, query: FetchQueryObject, wanted: Wanted): Promise<Fetched>;
  /** Deletes messages, and no others. @returns false: they are only marked as deleted, the server lacks UIDPLUS */
  remove(uids: readonly string[]): Promise<boolean>;
  /** Calls back when there may be new mail, or the connection is gone. */
  idle(news: () => void): Dispose;
  /** Says goodbye. */
  end(): Promise<void>;
  close(): void;
}

/** Connects and logs in. @throws FetchFailure */
export async function openImap(session: ServerSession): Promise<ImapClient> {
  const { account, stop } = session;
  const { host } = serverOf(account);
  const addresses = await session.reach.lookUp(host);
  if (addresses.length === 0) throw new FetchFailure('unable', `no IP address for ${host}`);
  let failure = new FetchFailure('unable', 'it was stopped');
  for (const ip of addresses) {
    if (stop.aborted) break;
    const client = createClient(session, ip);
    const broke = createCause(client);
    const abort = () => client.close();
    stop.addEventListener('abort', abort, { once: true });
    try {
      await within(client.connect(), connectMs, client, session);
      return over(client, session, broke, () => stop.removeEventListener('abort', abort));
    } catch (error) {
      stop.removeEventListener('abort', abort);
      client.close();
      failure = failureOf(broke(error), session);
      // Only a server that could not be reached has perhaps another address.
      if (!unreachable.has(errorCode(error))) break;
    }
  }
  throw failure;
}

const unreachable: ReadonlyMap<string | undefined, string> = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ENETUNREACH', 'there is no way to its network'],
  ['EHOSTUNREACH', 'there is no way to it'],
  ['ETIMEDOUT', 'it does not answer'],
  ['CONNECT_TIMEOUT', 'it does not answer'],
]);

function createClient({ account, password, ca }: ServerSession, ip: string): ImapFlow {
  const { host, port } = serverOf(account);
  const client = new ImapFlow({
    host: ip,
    port,
    secure: account.tls === 'implicit',
    // True: an error where the server does not offer it. False: never.
    doSTARTTLS: account.tls === 'implicit' ? undefined : account.tls === 'starttls',
    ...(isIP(host) === 0 && { servername: host }),
    auth: { user: account.user, pass: Buffer.from(password, 'latin1').toString('utf8') },
    tls: { minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) },
    logger: false,
    clientInfo: { name: 'Waypost', version: '', vendor: '', 'support-url': '' },
    disableAutoIdle: true,
    disableCompression: true,
    disableBinary: true,
    maxIdleTime: idleMs,
    maxLineLength: longestLine,
    maxLiteralSize: 2 * chunkBytes,
    maxResponseSize: 4 * chunkBytes,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    // While it listens, the server is silent until IDLE is started again.
    socketTimeout: account.idle ? idleMs + silenceMs : silenceMs,
  });
  return client;
}

/** A command that waits fails because the connection is gone; what broke it is an event. @returns the first cause of an error */
function createCause(client: ImapFlow): (error: unknown) => unknown {
  let cause: unknown;
  client.on('error', error => {
    cause ??= error;
  });
  return error => (error instanceof FetchFailure ? error : (cause ?? error));
}

function over(
  client: ImapFlow,
  session: ServerSession,
  broke: (error: unknown) => unknown,
  ended: () => void,
): ImapClient {
  const { host } = serverOf(session.account);
  const command = <T>(work: Promise<T>): Promise<T> =>
    within(work, commandMs, client, session).catch(error => {
      throw failureOf(broke(error), session);
    });

  async function collect(uids: string, query: FetchQueryObject, { most, is }: Wanted): Promise<Fetched> {
    const messages: FetchMessageObject[] = [];
    let isMore = false;
    for await (const message of client.fetch(uids, { ...query, uid: true }, { uid: true })) {
      if (!is(message)) continue;
      if (messages.length < most) messages.push(message);
      else isMore = true;
    }
    return { messages, isMore };
  }

  return {
    async open(folder, readOnly) {
      try {
        return await within(client.mailboxOpen(folder, { readOnly }), commandMs, client, session);
      } catch (error) {
        const { mailboxMissing } = error as { mailboxMissing?: boolean };
        if (mailboxMissing) throw new FetchFailure('wrong', `there is no folder ${saidBy(folder)} at ${host}`);
        throw failureOf(broke(error), session);
      }
    },
    fetch: (uids, query, wanted) => command(collect(uids, query, wanted)),
    async remove(uids) {
      const range = uids.join(',');
      const isExact = client.capabilities.has('UIDPLUS') || client.enabled.has('IMAP4REV2');
      const done = await command(
        isExact
          ? client.messageDelete(range, { uid: true })
          : client.messageFlagsAdd(range, ['\\Deleted'], { uid: true }),
      );
      if (!done) throw new FetchFailure('unable', `${host} does not delete messages`);
      return isExact;
    },
    idle(news) {
      client.on('exists', news);
      client.on('close', news);
      client.idle().then(news, news);
      return () => {
        client.off('exists', news);
        client.off('close', news);
      };
    },
    async end() {
      await command(client.logout()).catch(() => {});
    },
    close() {
      ended();
      client.close();
    },
  };
}

/** A server that trickles is given up, and with it the connection. */
async function within<T>(
  work: Promise<T>,
  ms: number,
  client: ImapFlow,
  { clock, account }: ServerSession,
): Promise<T> {
  let cancel: Dispose = () => {};
  const late = new Promise<never>((_, reject) => {
    cancel = clock.after(ms, () => {
      reject(new FetchFailure('unable', `${serverOf(account).host} is too slow, or does not answer`));
      client.close();
    });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
    work.catch(() => {});
  }
}

/** RFC 5530: the password is not what is wrong. */
const passes = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG', 'CONTACTADMIN']);
const tooMuch = new Set(['LineTooLarge', 'LiteralTooLarge', 'ResponseTooLarge']);

function failureOf(error: unknown, { account, password }: ServerSession): FetchFailure {
  if (error instanceof FetchFailure) return error;
  const { host, port } = serverOf(account);
  const { authenticationFailed, serverResponseCode, response, responseText } = error as {
    readonly authenticationFailed?: boolean;
    readonly serverResponseCode?: string;
    readonly response?: unknown;
    readonly responseText?: string;
  };
  const words = responseText ?? (typeof response === 'string' ? response : '');
  const said = saidBy(words.replaceAll(password, '(not shown)'));
  if (authenticationFailed) {
    const isPassing = passes.has(serverResponseCode ?? '');
    if (isPassing) return new FetchFailure('unable', `${host} lets ${account.user} in later: ${said}`, error);
    return new FetchFailure('refused', `${host} refuses the login of ${account.user}: ${said}`, error);
  }
  const code = errorCode(error) ?? '';
  const why = unreachable.get(code);
  if (why !== undefined) return new FetchFailure('unable', `unable to connect to ${host} port ${port}: ${why}`, error);
  if (tooMuch.has(code)) return new FetchFailure('unable', `${host} answers with more than was asked for`, error);
  if (isTlsError(error)) return tlsFailure(host, error);
  if (said !== '') return new FetchFailure('unable', `${host} refuses a command: ${said}`, error);
  return new FetchFailure('unable', `${host}: ${saidBy(reasonOf(error))}`, error);
}
