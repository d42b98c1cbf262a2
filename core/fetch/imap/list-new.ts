// The messages of a folder that were not seen before, a few at a time: a folder may have millions, and its UIDs large gaps.
import { FetchFailure } from '../failure.ts';
import type { ImapClient } from './client.ts';

export interface Listed {
  readonly uid: number;
  readonly sizeBytes: number;
}

const firstWindow = 1000;
/** A window that brought fewer may grow. */
const few = 100;
/** What a server says of one message. */
const lineBytes = 100;
const highestUid = 2 ** 32 - 1;

/**
 * In ascending order of their UIDs.
 * @param after the highest UID that was seen @param next the lowest UID that no message has yet
 */
export async function* listNew(
  client: Pick<ImapClient, 'fetch'>,
  after: number,
  next: number,
): AsyncGenerator<Listed[]> {
  let width = firstWindow;
  const end = Math.min(next - 1, highestUid);
  for (let from = after + 1; from <= end; ) {
    const to = Math.min(from + width - 1, end);
    const listed = await listBetween(client, from, to);
    if (listed === 'many') {
      // Only a wide window can have so many.
      width = firstWindow;
      continue;
    }
    if (listed.length > 0) yield listed;
    width = listed.length < few ? Math.min(width * 2, highestUid) : firstWindow;
    from = to + 1;
  }
}

/** @returns `many`: in a wide window there are more than are held in memory at once */
async function listBetween(client: Pick<ImapClient, 'fetch'>, from: number, to: number): Promise<Listed[] | 'many'> {
  const wanted = {
    most: firstWindow,
    is: ({ uid, size }: { uid: number; size?: number }) => uid >= from && uid <= to && size !== undefined,
    mayBring: (to - from) * lineBytes,
  };
  const { messages, isMore } = await client.fetch(`${from}:${to}`, { size: true }, wanted);
  if (isMore && to - from >= firstWindow) return 'many';
  const byUid = new Map<number, Listed>();
  for (const { uid, size = 0 } of messages) {
    if (byUid.has(uid)) throw new FetchFailure('unable', `the server gives two messages the UID ${uid}`);
    byUid.set(uid, { uid, sizeBytes: size });
  }
  return [...byUid.values()].sort((a, b) => a.uid - b.uid);
}
