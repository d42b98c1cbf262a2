// A Maildir as POP3 sees it: the messages at login, numbered from 1 (qmail-pop3d's getlist). Nothing on disk changes before
// `update`; other programs, and other sessions, may move or remove messages at any time.
import { constants, existsSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { type Clock, nowSec } from '../lib/clock.ts';
import { createTimeSlice, sortInSlices } from '../lib/time-slice.ts';
import { errorCode, reasonOf } from '../lib/user-error.ts';
import { createOctetCounter, type OctetCounter, octetsIn } from './octets.ts';

/** One message. Names are byte strings: file names need not be text. */
export interface DropMessage {
  /** File name up to its flags: stays the same when a reader marks or moves the message. */
  readonly uid: string;
  deleted: boolean;
}

/** The messages of one session. */
export interface Maildrop {
  readonly messages: readonly DropMessage[];
  /** The length of a message as RETR sends it, without its stuffed dots; counted on demand. */
  octets(message: DropMessage): Promise<number>;
  /** Opens a message, even if it was moved. @throws Error when it is gone */
  open(message: DropMessage): Promise<FileHandle>;
  /** Removes the marked messages, and moves the rest of new/ to cur/. `complete`: no marked message is left. */
  update(): Promise<{ readonly deleted: number; readonly complete: boolean }>;
}

type Folder = 'new' | 'cur';
interface Place {
  readonly folder: Folder;
  readonly name: string;
}
interface Entry extends DropMessage {
  place: Place;
  readonly atSec: number;
  /** Bytes in the file; a line end counts once. */
  readonly sizeBytes: number;
}

const tmpLifeSec = 36 * 3600;
const lookAgainMs = 1000;

/** Lists a Maildir. @returns what to tell the client, and the reason for the log, when it cannot be opened */
export async function tryOpenMaildrop(
  maildir: string,
  clock: Clock,
  octets?: OctetCounter,
): Promise<Maildrop | { readonly refusal: string; readonly reason: string }> {
  try {
    return await openMaildrop(maildir, clock, octets);
  } catch (error) {
    const refusal = existsSync(maildir) ? 'unable to scan $HOME/Maildir' : 'this user has no $HOME/Maildir';
    return { refusal, reason: `unable to scan ${maildir}: ${reasonOf(error)}` };
  }
}

/** Lists a Maildir. @param octets may be shared with other sessions @throws Error when it is not a Maildir */
export async function openMaildrop(maildir: string, clock: Clock, octets = createOctetCounter()): Promise<Maildrop> {
  const now = nowSec(clock);
  await removeOldTmp(maildir, now);
  const entries = await list(maildir, now);
  let seen: { readonly places: ReadonlyMap<string, Place>; readonly atMs: number } | undefined;

  /** The new place of a message that was moved: one scan of the directories serves all messages that are missed in a second. */
  async function newPlaceOf({ uid, place }: Entry): Promise<Place> {
    const recent = seen && clock.nowMs() - seen.atMs < lookAgainMs ? seen.places.get(uid) : undefined;
    if (recent && !samePlace(recent, place)) return recent;
    if (!seen || recent || clock.nowMs() - seen.atMs >= lookAgainMs) {
      seen = { places: await placesIn(maildir), atMs: clock.nowMs() };
    }
    return seen.places.get(uid) ?? place;
  }

  /** Runs on the message's file; when it has been renamed meanwhile, on the new name. @throws as `run` does */
  async function withFile<T>(entry: Entry, run: (path: Buffer) => T): Promise<Awaited<T>> {
    try {
      return await run(pathOf(maildir, entry.place));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
    entry.place = await newPlaceOf(entry);
    return await run(pathOf(maildir, entry.place));
  }

  return {
    messages: entries,
    octets(message) {
      const entry = message as Entry;
      const key = `${maildir}/${entry.uid}`;
      return octets.count(key, entry.sizeBytes, () => withFile(entry, path => octetsIn(path, entry.sizeBytes)));
    },
    open: message => withFile(message as Entry, openFile),
    async update() {
      const slice = createTimeSlice();
      let deleted = 0;
      let complete = true;
      for (const entry of entries) {
        if (slice.isOver()) await slice.next();
        if (!entry.deleted) {
          moveToCur(maildir, entry.place);
          continue;
        }
        try {
          await withFile(entry, unlinkSync);
          deleted++;
        } catch (error) {
          // A message that is gone already counts as removed.
          if (errorCode(error) !== 'ENOENT') complete = false;
        }
      }
      return { deleted, complete };
    },
  };
}

async function list(maildir: string, now: number): Promise<Entry[]> {
  const slice = createTimeSlice();
  const entries: Entry[] = [];
  for (const place of await messagesIn(maildir)) {
    if (slice.isOver()) await slice.next();
    const stat = statSync(pathOf(maildir, place), { throwIfNoEntry: false });
    const atSec = stat ? Math.floor(stat.mtimeMs / 1000) : now;
    // As in qmail, what arrived in this second is left for the next session.
    if (!stat?.isFile() || atSec >= now) continue;
    entries.push({ uid: uidOf(place.name), sizeBytes: stat.size, deleted: false, place, atSec });
  }
  return sortInSlices(entries, (a, b) => a.atSec - b.atSec || (a.place.name < b.place.name ? -1 : 1));
}

async function messagesIn(maildir: string): Promise<Place[]> {
  const places: Place[] = [];
  for (const folder of ['new', 'cur'] as const) {
    for await (const name of namesIn(maildir, folder)) places.push({ folder, name });
  }
  return places;
}

/** The place of each message by its unique name; cur/ counts when a program is just moving it. */
async function placesIn(maildir: string): Promise<Map<string, Place>> {
  return new Map((await messagesIn(maildir)).map(place => [uidOf(place.name), place]));
}

/** In slices, however many there are. */
async function* namesIn(maildir: string, folder: string): AsyncGenerator<string> {
  const slice = createTimeSlice();
  for (const bytes of await readdir(`${maildir}/${folder}`, { encoding: 'buffer' })) {
    if (slice.isOver()) await slice.next();
    const name = bytes.toString('latin1');
    if (!name.startsWith('.')) yield name;
  }
}

function pathOf(maildir: string, { folder, name }: { folder: string; name: string }): Buffer {
  return Buffer.concat([Buffer.from(`${maildir}/${folder}/`), Buffer.from(name, 'latin1')]);
}

function uidOf(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(0, colon);
}

function samePlace(one: Place, other: Place): boolean {
  return one.folder === other.folder && one.name === other.name;
}

/** Does not wait for a writer if the message was replaced by a fifo. */
async function openFile(path: Buffer): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new Error('not a file');
}

function moveToCur(maildir: string, { folder, name }: Place): void {
  if (folder === 'cur') return;
  const target = pathOf(maildir, { folder: 'cur', name: `${name}:2,` });
  try {
    // Names are unique; if this one is not, neither message may replace the other.
    if (!existsSync(target)) renameSync(pathOf(maildir, { folder, name }), target);
  } catch {
    // Another program has moved it.
  }
}

/** Removes what crashed deliveries left behind. */
async function removeOldTmp(maildir: string, now: number): Promise<void> {
  for await (const name of namesIn(maildir, 'tmp')) {
    const path = pathOf(maildir, { folder: 'tmp', name });
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat?.isFile() || stat.atimeMs / 1000 + tmpLifeSec >= now) continue;
    try {
      unlinkSync(path);
    } catch {
      // It belongs to another user, or is gone already.
    }
  }
}
