// One run over the folders of an IMAP account; with `idle yes` round after round, until something breaks the connection.
import type { FetchMessageObject } from 'imapflow';
import { createCrRemover } from '../../lib/text/line-ends.ts';
import { FetchFailure } from '../failure.ts';
import { messageIdOf, openMessage } from '../message/head.ts';
import { type AtServer, digestOf, leave, takeMessage } from '../message/take-message.ts';
import { type FetchSession, isDue } from '../session.ts';
import { type MailboxState, mostMessages } from '../state/mailbox-state.ts';
import { chunkBytes, type ImapClient, openImap } from './client.ts';
import { type Listed, listNew } from './list-new.ts';

/** Where nothing is deleted, only the last ones are kept in mind, for the day when the server numbers them anew. */
const fewKept = 50_000;
const removedAtOnce = 100;

/** @throws FetchFailure */
export async function fetchByImap(session: FetchSession): Promise<void> {
  const { account } = session;
  const client = await openImap(session);
  try {
    for (;;) {
      const nexts: number[] = [];
      for (const folder of account.folders) nexts.push(await fetchFolder(client, folder, false, session));
      for (const folder of account.spamFolders) await fetchFolder(client, folder, true, session);
      if (!account.idle) break;
      await listen(client, nexts[0] ?? 0, session);
    }
    await client.end();
  } finally {
    client.close();
  }
}

/** Until there is news in the first folder. @param next the lowest UID that no message had there */
async function listen(client: ImapClient, next: number, { account, rest, stop }: FetchSession): Promise<void> {
  const [first = 'INBOX'] = account.folders;
  const { uidNext } = await client.open(first, true);
  await rest(wake => {
    // Mail that came while the other folders were looked at.
    if (uidNext > next) wake();
    return client.idle(wake);
  });
  if (stop.aborted) throw new FetchFailure('unable', 'it was stopped');
}

/** @returns the lowest UID that no message has yet */
async function fetchFolder(
  client: ImapClient,
  folder: string,
  isSpam: boolean,
  session: FetchSession,
): Promise<number> {
  const { account, clock, progress } = session;
  const state = session.stateOf(folder);
  const { uidValidity, uidNext } = await client.open(folder, account.keep === 'always');
  const validity = String(uidValidity);
  if (!/^\d{1,20}$/.test(validity)) throw new FetchFailure('unable', `the server gives no UIDVALIDITY for ${folder}`);
  if (state.validity !== validity) state.renumber(validity);

  const take = (messages: readonly Listed[]) => takeAll(client, messages, isSpam, state, session);
  await take(fitNow(state, account.largestBytes));
  for await (const listed of listNew(client, state.upto, uidNext)) await take(listed);

  const due: string[] = [];
  for (const [uid, known] of state.all()) {
    if (known.kind === 'here' && isDue(account.keep, known.atMs, clock.nowMs())) due.push(uid);
  }
  await state.settle();
  for (let at = 0; at < due.length; at += removedAtOnce) {
    const uids = due.slice(at, at + removedAtOnce);
    if (!(await client.remove(uids))) {
      progress.remark('the server cannot delete single messages (UIDPLUS): they are marked as deleted there');
    }
    for (const uid of uids) {
      state.gone(uid);
      progress.deleted();
    }
  }
  await state.compact(account.keep === 'always' ? fewKept : mostMessages);
  return uidNext;
}

/** Messages that were too large and are not any more, or could not be read. */
function fitNow(state: MailboxState, largestBytes: number): Listed[] {
  const fit: Listed[] = [];
  for (const [uid, known] of state.all()) {
    if (known.kind !== 'left' || known.sizeBytes > largestBytes) continue;
    if (known.why === 'large' || known.why === 'unreadable') fit.push({ uid: Number(uid), sizeBytes: known.sizeBytes });
  }
  return fit;
}

async function takeAll(
  client: ImapClient,
  messages: readonly Listed[],
  isSpam: boolean,
  state: MailboxState,
  session: FetchSession,
): Promise<void> {
  const { account, progress } = session;
  progress.expect(messages.length);
  for (const message of messages) {
    if (session.stop.aborted) throw new FetchFailure('unable', 'it was stopped');
    if (account.keep !== 'always' && state.size >= mostMessages) {
      const text = `more than ${mostMessages} messages wait there to be deleted, and no more can be kept in mind: write keep no, or fewer days`;
      throw new FetchFailure('wrong', text);
    }
    await takeOne(client, message, isSpam, state, session);
  }
}

async function takeOne(
  client: ImapClient,
  { uid, sizeBytes }: Listed,
  isSpam: boolean,
  state: MailboxState,
  session: FetchSession,
): Promise<void> {
  const { account, progress, clock } = session;
  const atServer = { uid: String(uid), sizeBytes, isSpam };
  const isLarge = sizeBytes > account.largestBytes;
  if (isLarge || state.hasOld) {
    const head = await headOf(client, uid);
    if (!head) return missing(client, atServer, state, session);
    const digest = digestOf(messageIdOf(head.header));
    if (state.wasFetched(digest, sizeBytes)) {
      state.note(atServer.uid, { kind: 'here', sizeBytes, atMs: clock.nowMs(), digest });
      return;
    }
    if (isLarge) {
      await leave(atServer, head.raw, 'large', state, session);
      progress.left();
      return;
    }
  }
  const first = await chunkAt(client, uid, 0);
  if (!first) return missing(client, atServer, state, session);
  const taken = await takeMessage(atServer, piecesOf(client, uid, sizeBytes, first), state, session);
  if (taken === 'here') progress.fetched(sizeBytes);
  else progress.left();
}

/** Nothing of it comes: it was deleted since it was listed; or it is there, and its recipient should know. */
async function missing(
  client: ImapClient,
  message: AtServer,
  state: MailboxState,
  session: FetchSession,
): Promise<void> {
  const { uid } = message;
  const wanted = { most: 1, is: (one: { uid: number }) => one.uid === Number(uid) };
  const { messages } = await client.fetch(uid, { size: true }, wanted);
  const isKnown = state.known(uid) !== undefined;
  if (messages.length === 0 && isKnown) state.gone(uid);
  if (messages.length === 0 || isKnown) return;
  await leave(message, Buffer.alloc(0), 'unreadable', state, session);
  session.progress.left();
}

const mostHead = 64 * 1024;

async function headOf(client: ImapClient, uid: number) {
  const query = { bodyParts: [{ key: 'HEADER', start: 0, maxLength: mostHead }] };
  const wanted = { most: 1, is: (one: FetchMessageObject) => one.uid === uid && one.headers !== undefined };
  const { messages } = await client.fetch(String(uid), query, wanted);
  const raw = messages[0]?.headers;
  return raw && openMessage(withoutCr([raw]));
}

async function chunkAt(client: ImapClient, uid: number, start: number): Promise<Buffer | undefined> {
  const query = { source: { start, maxLength: chunkBytes } };
  const wanted = { most: 1, is: (one: FetchMessageObject) => one.uid === uid && one.source !== undefined };
  const { messages } = await client.fetch(String(uid), query, wanted);
  const raw = messages[0]?.source;
  if (raw && raw.length > chunkBytes) throw new FetchFailure('unable', 'the server sends more than was asked for');
  return raw;
}

const largeHeaderBytes = 1024 * 1024;

/** Part by part, so that neither a large message nor a slow line needs much memory. LF line ends. */
function piecesOf(client: ImapClient, uid: number, sizeBytes: number, first: Buffer): AsyncGenerator<Uint8Array> {
  async function* parts(): AsyncGenerator<Uint8Array> {
    let part: Buffer | undefined = first;
    for (let at = 0; ; ) {
      if (!part) throw new FetchFailure('unable', 'a message was deleted there while it was fetched');
      yield part;
      at += part.length;
      if (part.length < chunkBytes) return;
      // Servers count sizes in different ways, but a message is not twice as large as its size.
      if (at > 2 * sizeBytes + largeHeaderBytes)
        throw new FetchFailure('unable', 'the server sends more than the message has');
      part = await chunkAt(client, uid, at);
    }
  }
  return withoutCr(parts());
}

async function* withoutCr(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const remover = createCrRemover();
  for await (const piece of pieces) yield remover.push(piece);
  yield remover.end();
}
