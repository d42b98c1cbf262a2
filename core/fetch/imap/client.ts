// A connection to an IMAP server, by imapflow, within limits: every answer is bounded in size, every command in time, and what the
// library throws becomes words.
import { type FetchMessageObject, type FetchQueryObject, ImapFlow, type MailboxObject } from 'imapflow';
import { serverOf } from '../../control/fetch/account.ts';
import type { Dispose } from '../../lib/dispose.ts';
import { errorCode, reasonOf } from '../../lib/user-error.ts';
import { FetchFailure, saidBy } from '../failure.ts';
import type { ServerSession } from '../session.ts';
import { type Door, openDoor } from './door.ts';
import { openLoggedIn } from './log-in.ts';

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

/** A server that says more before it has answered is given up. */
const mostBytes = 4 * 1024 * 1024;

interface Wanted {
  readonly most: number;
  /** A server may say something of other messages meanwhile, of flags for example. */
  readonly is: (message: FetchMessageObject) => boolean;
  /** More bytes than other answers: what is not wanted is passed over, and not kept. */
  readonly mayBring?: number;
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
  const { host } = serverOf(session.account);
  const door = await openDoor(await openLoggedIn(session), host);
  const client = createClient(session, door.path);
  const imap = over(client, session, door);
  try {
    door.allow(mostBytes);
    await within(client.connect(), connectMs, client, session);
    return imap;
  } catch (error) {
    imap.close();
    throw failureOf(error, session, door);
  }
}

function createClient({ account }: ServerSession, path: string): ImapFlow {
  return new ImapFlow({
    host: serverOf(account).host,
    port: 0,
    secure: false,
    doSTARTTLS: false,
    // In place of host and port.
    tls: { path },
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
}

function over(client: ImapFlow, session: ServerSession, door: Door): ImapClient {
  const { host } = serverOf(session.account);
  const broke = causeOf(client);

  async function command<T>(start: () => Promise<T>, bytes = mostBytes): Promise<T> {
    door.allow(bytes);
    try {
      return await within(start(), commandMs, client, session);
    } catch (error) {
      throw failureOf(broke(error), session, door);
    }
  }

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
    open: (folder, readOnly) =>
      command(async () => {
        try {
          return await client.mailboxOpen(folder, { readOnly });
        } catch (error) {
          const { mailboxMissing } = error as { mailboxMissing?: boolean };
          if (mailboxMissing) throw new FetchFailure('wrong', `there is no folder ${saidBy(folder)} at ${host}`);
          throw error;
        }
      }),
    fetch: (uids, query, wanted) => command(() => collect(uids, query, wanted), mostBytes + (wanted.mayBring ?? 0)),
    async remove(uids) {
      const range = uids.join(',');
      const isExact = client.capabilities.has('UIDPLUS') || client.enabled.has('IMAP4REV2');
      const done = await command(() =>
        isExact
          ? client.messageDelete(range, { uid: true })
          : client.messageFlagsAdd(range, ['\\Deleted'], { uid: true }),
      );
      if (!done) throw new FetchFailure('unable', `${host} does not delete messages`);
      return isExact;
    },
    idle(news) {
      door.allow(mostBytes);
      client.on('exists', news);
      client.on('close', news);
      client.idle().then(news, news);
      return () => {
        client.off('exists', news);
        client.off('close', news);
      };
    },
    async end() {
      await command(() => client.logout()).catch(() => {});
    },
    close() {
      client.close();
      door.close();
    },
  };
}

/** A command that waits fails because the connection is gone; what broke it is an event. @returns the first cause of an error */
function causeOf(client: ImapFlow): (error: unknown) => unknown {
  let cause: unknown;
  client.on('error', error => {
    cause ??= error;
  });
  return error => (error instanceof FetchFailure ? error : (cause ?? error));
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

const tooMuch = new Set(['LineTooLarge', 'LiteralTooLarge', 'ResponseTooLarge']);

function failureOf(error: unknown, { account, credential }: ServerSession, door: Door): FetchFailure {
  if (error instanceof FetchFailure) return error;
  const { host } = serverOf(account);
  if (tooMuch.has(errorCode(error) ?? '')) {
    return new FetchFailure('unable', `${host} answers with more than was asked for`, error);
  }
  const { response, responseText, reason } = error as Readonly<Record<string, unknown>>;
  const shown = (text: unknown) => (typeof text === 'string' ? saidBy(credential.secret.hideIn(text)) : '');
  const said = shown(responseText ?? response);
  const bye = shown(reason);
  if (bye !== '') return new FetchFailure('unable', `${host} ends the connection: ${bye}`, error);
  if (said !== '') return new FetchFailure('unable', `${host} refuses a command: ${said}`, error);
  if (door.failure) return door.failure;
  return new FetchFailure('unable', `${host}: ${saidBy(reasonOf(error))}`, error);
}
