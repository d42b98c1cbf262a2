// One run over a POP3 mailbox: what is new is taken, what is due is deleted. DELE counts only at QUIT (RFC 1939 section 6), so
// until then a broken connection leaves everything as it was.
import { FetchFailure } from '../failure.ts';
import { messageIdOf, openMessage } from '../message/head.ts';
import { digestOf, leave, takeMessage } from '../message/take-message.ts';
import { type FetchSession, isDue } from '../session.ts';
import { type MailboxState, mostMessages } from '../state/mailbox-state.ts';
import { isUid } from '../state/state-text.ts';
import { type Dialogue, openDialogue } from './dialogue.ts';
import { bodyOf, countMessages, headOf, numbersIn } from './messages.ts';

/** Of a mailbox with more messages than a list may have, so many are looked at in one run. */
const fewMessages = 1000;

interface Listed {
  /** In this session. */
  readonly number: number;
  readonly uid: string;
  readonly sizeBytes: number;
}

/** @throws FetchFailure */
export async function fetchByPop3(session: FetchSession): Promise<void> {
  const state = session.stateOf();
  const dialogue = await openDialogue(session);
  try {
    const { listed, isAll } = await listMessages(dialogue, session);
    if (isAll && isRenumbered(listed, state)) state.renumber(undefined);
    const deleted = await eachMessage(listed, dialogue, state, session);
    await dialogue.command('QUIT');
    for (const uid of deleted) state.gone(uid);
    if (isAll) forgetMissing(listed, state);
    await state.compact();
  } finally {
    dialogue.close();
  }
}

/** @returns the UIDs that are deleted at QUIT */
async function eachMessage(
  listed: readonly Listed[],
  dialogue: Dialogue,
  state: MailboxState,
  session: FetchSession,
): Promise<string[]> {
  const { account, clock, progress } = session;
  const deleted: string[] = [];
  progress.expect(listed.filter(({ uid, sizeBytes }) => isWanted(uid, sizeBytes, state, session)).length);
  for (const message of listed) {
    const { uid, number, sizeBytes } = message;
    if (session.stop.aborted) throw new FetchFailure('unable', 'it was stopped');
    if (isWanted(uid, sizeBytes, state, session)) {
      if (state.size >= mostMessages) {
        const text = `more than ${mostMessages} messages are kept there, and no more can be told apart: let them be deleted, with keep no or keep DAYS`;
        throw new FetchFailure('wrong', text);
      }
      await takeOne(message, dialogue, state, session);
    }
    const known = state.known(uid);
    if (known?.kind !== 'here' || known.sizeBytes !== sizeBytes) continue;
    if (!isDue(account.keep, known.atMs, clock.nowMs())) continue;
    await state.settle();
    await dialogue.command(`DELE ${number}`);
    deleted.push(uid);
    progress.deleted();
  }
  await state.settle();
  return deleted;
}

/** It is new; or it was too large and is not any more; or it is another one with the same UID. */
function isWanted(uid: string, sizeBytes: number, state: MailboxState, { account }: FetchSession): boolean {
  const known = state.known(uid);
  if (!known || known.sizeBytes !== sizeBytes) return true;
  return known.kind === 'left' && known.why === 'large' && sizeBytes <= account.largestBytes;
}

async function takeOne(message: Listed, dialogue: Dialogue, state: MailboxState, session: FetchSession): Promise<void> {
  const { number, uid, sizeBytes } = message;
  const { account, progress, clock } = session;
  const atServer = { uid, sizeBytes, isSpam: false };
  const isLarge = sizeBytes > account.largestBytes;
  if (isLarge || state.hasOld) {
    const { raw, header } = (await headOf(number, dialogue)) ?? (await openMessage(nothing()));
    const digest = digestOf(messageIdOf(header));
    if (state.wasFetched(digest, sizeBytes)) {
      state.note(uid, { kind: 'here', sizeBytes, atMs: clock.nowMs(), digest });
      return;
    }
    if (isLarge) {
      await leave(atServer, raw, 'large', state, session);
      progress.left();
      return;
    }
  }
  if ((await dialogue.attempt(`RETR ${number}`)) === undefined) {
    progress.remark(`a message cannot be fetched: the server refuses RETR ${number}`);
    return;
  }
  const taken = await takeMessage(atServer, bodyOf(dialogue, sizeBytes), state, session);
  if (taken === 'here') progress.fetched(sizeBytes);
  else progress.left();
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // No header is known.
}

async function listMessages(
  dialogue: Dialogue,
  { progress }: FetchSession,
): Promise<{ listed: Listed[]; isAll: boolean }> {
  const count = await countMessages(dialogue);
  const isAll = count <= mostMessages;
  const found = isAll ? await listAll(dialogue, count) : await listSome(dialogue);
  const listed: Listed[] = [];
  const seen = new Set<string>();
  for (const { number, uid, sizeBytes } of found) {
    if (sizeBytes === undefined) continue;
    // The second of two with one UID waits until the first is gone: until then they cannot be told apart.
    if (seen.has(uid)) {
      progress.remark(
        `two messages have the same ID there (${uid}): the second is not fetched while the first is there`,
      );
      continue;
    }
    seen.add(uid);
    listed.push({ number, uid, sizeBytes });
  }
  return { listed, isAll };
}

interface Found {
  readonly number: number;
  readonly uid: string;
  readonly sizeBytes: number | undefined;
}

async function listAll({ lines }: Dialogue, count: number): Promise<Found[]> {
  if (count === 0) return [];
  const uids = await lines('UIDL', count);
  const sizes = new Map<number, number>();
  for (const line of await lines('LIST', count)) {
    const [number, size] = numbersIn(line);
    if (number !== undefined && size !== undefined) sizes.set(number, size);
  }
  return uids.map(line => {
    const { number, uid } = uidIn(line);
    return { number, uid, sizeBytes: sizes.get(number) };
  });
}

/** The first ones, one by one. */
async function listSome({ attempt }: Dialogue): Promise<Found[]> {
  const found: Found[] = [];
  for (let number = 1; number <= fewMessages; number++) {
    const [uid, size] = [await attempt(`UIDL ${number}`), await attempt(`LIST ${number}`)];
    if (uid === undefined || size === undefined) continue;
    found.push({ ...uidIn(uid), sizeBytes: numbersIn(size)[1] });
  }
  return found;
}

function uidIn(line: string): { number: number; uid: string } {
  const [number = '', uid = ''] = line.trim().split(/\s+/, 2);
  if (!/^\d{1,10}$/.test(number) || !isUid(uid)) {
    throw new FetchFailure('unable', 'the server gives its messages no IDs that are right (UIDL)');
  }
  return { number: Number(number), uid };
}

/** None of the messages that were here last time is there, and others are: perhaps they are the same with new UIDs. */
function isRenumbered(listed: readonly Listed[], state: MailboxState): boolean {
  return state.size > 0 && listed.length > 0 && !listed.some(({ uid }) => state.known(uid));
}

/** What is no longer there needs no line. */
function forgetMissing(listed: readonly Listed[], state: MailboxState): void {
  const there = new Set(listed.map(({ uid }) => uid));
  for (const [uid] of state.all()) if (!there.has(uid)) state.gone(uid);
}
