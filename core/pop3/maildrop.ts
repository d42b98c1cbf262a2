// A Maildir as POP3 sees it: the messages that were there at login, numbered from 1 (qmail-pop3d's getlist). Nothing
// on disk changes before `update`; other programs may move or remove messages at any time.
import { type Dirent, readdirSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import { type Clock, nowSec } from '../lib/clock.ts';
import { errorCode } from '../lib/user-error.ts';

/** One message. Names are byte strings: file names need not be text. */
export interface DropMessage {
  /** File name up to its flags: stays the same when a reader marks or moves the message. */
  readonly uid: string;
  /** Bytes in the file; a line end counts once. */
  readonly sizeBytes: number;
  deleted: boolean;
}

/** The messages of one session. */
export interface Maildrop {
  readonly messages: readonly DropMessage[];
  /** Opens a message, wherever it is by now. @throws Error when it is gone */
  open(message: DropMessage): Promise<FileHandle>;
  /** Removes what was marked, moves the rest of new/ to cur/. @returns false when something could not be removed */
  update(): boolean;
}

interface Entry extends DropMessage {
  directory: 'new' | 'cur';
  name: string;
  readonly atSec: number;
}

const tmpLifeSec = 36 * 3600;
const statsAtOnce = 500;

/** Lists a Maildir. @throws Error when it is none */
export async function openMaildrop(maildir: string, clock: Clock): Promise<Maildrop> {
  const now = nowSec(clock);
  removeOldTmp(maildir, now);
  const entries = [...(await scan(maildir, 'new', now)), ...(await scan(maildir, 'cur', now))];
  entries.sort((a, b) => a.atSec - b.atSec || (a.name < b.name ? -1 : 1));

  /** Runs on the message's file; when it has been renamed meanwhile, on the new name. */
  function withFile<T>(entry: Entry, run: (path: Buffer) => T): T {
    try {
      return run(pathOf(maildir, entry.directory, entry.name));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT' || !relocate(maildir, entry)) throw error;
      return run(pathOf(maildir, entry.directory, entry.name));
    }
  }

  return {
    messages: entries,
    open(message) {
      const entry = message as Entry;
      return open(withFile(entry, path => statSync(path) && path));
    },
    update() {
      let complete = true;
      for (const entry of entries) {
        try {
          if (entry.deleted) withFile(entry, unlinkSync);
          else if (entry.directory === 'new') {
            renameSync(pathOf(maildir, 'new', entry.name), pathOf(maildir, 'cur', `${entry.name}:2,`));
          }
        } catch (error) {
          // What is gone already is as good as removed; what another program moved is in its hands.
          if (entry.deleted && errorCode(error) !== 'ENOENT') complete = false;
        }
      }
      return complete;
    },
  };
}

async function scan(maildir: string, directory: 'new' | 'cur', now: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const [at, name] of namesIn(maildir, directory).entries()) {
    if (at % statsAtOnce === statsAtOnce - 1) await breathe();
    const stat = statSync(pathOf(maildir, directory, name), { throwIfNoEntry: false });
    const atSec = stat ? Math.floor(stat.mtimeMs / 1000) : now;
    // As in qmail: what arrived this very second is left for the next session.
    if (stat?.isFile() && atSec < now) {
      entries.push({ uid: uidOf(name), sizeBytes: stat.size, deleted: false, directory, name, atSec });
    }
  }
  return entries;
}

function namesIn(maildir: string, directory: string): string[] {
  const found: Dirent<Buffer>[] = readdirSync(`${maildir}/${directory}`, { encoding: 'buffer', withFileTypes: true });
  return found.map(({ name }) => name.toString('latin1')).filter(name => !name.startsWith('.'));
}

function pathOf(maildir: string, directory: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(`${maildir}/${directory}/`), Buffer.from(name, 'latin1')]);
}

function uidOf(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(0, colon);
}

/** Finds a message by its unique name after another program renamed it. */
function relocate(maildir: string, entry: Entry): boolean {
  for (const directory of ['cur', 'new'] as const) {
    const name = namesIn(maildir, directory).find(candidate => uidOf(candidate) === entry.uid);
    if (name === undefined) continue;
    entry.directory = directory;
    entry.name = name;
    return true;
  }
  return false;
}

/** What a crashed delivery left behind. */
function removeOldTmp(maildir: string, now: number): void {
  for (const name of namesIn(maildir, 'tmp')) {
    const path = pathOf(maildir, 'tmp', name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat?.isFile() || stat.atimeMs / 1000 + tmpLifeSec >= now) continue;
    try {
      unlinkSync(path);
    } catch {
      // Not ours to remove, or gone already: it does nobody any harm.
    }
  }
}
