// Flags, moves, deletes and adds messages. Each change is one rename or unlink, as maildir(5) asks. A message keeps its unique
// name while its flags change, and gets another one in another mailbox.
import { renameSync, unlinkSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { refusal } from '../../api/errors.ts';
import { errorCode, reasonOf } from '../../lib/user-error.ts';
import type { Box } from '../boxes/box.ts';
import type { Catalog } from '../boxes/catalog.ts';
import { type Located, messageId, withFiles } from '../boxes/locate.ts';
import { diskPath } from '../files/disk-names.ts';
import { changeLetters, formatFileName, movedUnique } from '../files/names.ts';
import { writeMessage } from '../files/write.ts';
import { usualRole } from '../folders/folders.ts';
import { readFileStart } from '../reading/file-start.ts';

export interface Actions {
  /** Returns the ids of messages whose flags have changed. A message in new/ moves to cur/ with its first flag. */
  flag(ids: readonly string[], add: readonly string[], remove: readonly string[]): Promise<string[]>;
  /** Returns the new ids of the messages that were moved, in the order given. */
  move(ids: readonly string[], to: string): Promise<string[]>;
  remove(ids: readonly string[]): Promise<number>;
  /**
   * Writes a message durably: without flags into new/, with flags into cur/. Returns its id. `madeOf` is the id of the message
   * that it was made from, which gives it its unique name: a message that has this name already is not written again.
   */
  add(mailbox: string, raw: Uint8Array, flags: readonly string[], madeOf?: string): Promise<string>;
}

export function createActions(catalog: Catalog, uniqueName: () => string): Actions {
  async function target(mailbox: string): Promise<Box> {
    try {
      return await catalog.make(mailbox);
    } catch (error) {
      if (error instanceof RangeError) throw refusal('mailbox-name-invalid', { mailbox });
      throw refusal('mailbox-not-created', { mailbox, why: reasonOf(error) }, { cause: error });
    }
  }

  return {
    flag: (ids, add, remove) =>
      withFiles(catalog, ids, ({ box, entry, path }) => {
        const letters = changeLetters(entry.letters, add, remove);
        if (letters === entry.letters) return false;
        const name = formatFileName(entry.unique, letters);
        renameSync(diskPath(path), diskPath(`${box.directory}/cur/${name}`));
        box.noteFile('cur', name);
        return true;
      }),

    async move(ids, to) {
      if (!catalog.find(to) && !usualRole(to)) {
        throw refusal('mailbox-gone', { mailbox: to });
      }
      const box = await target(to);
      const moved = new Map<string, string>();
      await withFiles(catalog, ids, async found => {
        const before = messageId(found.box, found.entry);
        moved.set(before, found.box === box ? before : await moveOne(found, box));
        return true;
      });
      return ids.flatMap(id => moved.get(id) ?? []);
    },

    async remove(ids) {
      const removed = await withFiles(catalog, ids, ({ box, entry, path }) => {
        unlinkSync(diskPath(path));
        box.noteGone(entry);
        return true;
      });
      return removed.length;
    },

    async add(mailbox, raw, flags, madeOf) {
      const box = await target(mailbox);
      const temporary = uniqueName();
      const unique = madeOf === undefined ? temporary : plainUnique(madeOf);
      const before = madeOf === undefined ? undefined : nameLike(unique, box.folder.entries.keys());
      if (before !== undefined) return `${box.id}/${before}`;
      const letters = changeLetters('', flags, []);
      const place = letters === '' ? 'new' : 'cur';
      const name = letters === '' ? unique : formatFileName(unique, letters);
      try {
        await writeMessage(box.directory, temporary, { place, name }, raw);
      } catch (error) {
        throw refusal('message-not-stored', { directory: box.directory, why: reasonOf(error) }, { cause: error });
      }
      box.noteFile(place, name);
      return `${box.id}/${unique}`;
    },
  };

  async function moveOne({ box, entry, path }: Located, to: Box): Promise<string> {
    const unique = movedUnique(uniqueName(), entry.unique);
    const name = formatFileName(unique, entry.letters);
    const { summary } = entry;
    try {
      renameSync(diskPath(path), diskPath(`${to.directory}/cur/${name}`));
    } catch (error) {
      if (errorCode(error) !== 'EXDEV') throw error;
      // The other mailbox is on another disk: the original is removed after the copy is durable.
      await writeMessage(to.directory, unique, { place: 'cur', name }, (await readFileStart(path)).raw);
      await unlink(diskPath(path));
    }
    box.noteGone(entry);
    to.noteFile('cur', name, summary);
    return `${to.id}/${unique}`;
  }
}

/** The one of these names that is `unique`, or that another program made from it. */
function nameLike(unique: string, names: Iterable<string>): string | undefined {
  for (const name of names) if (name.startsWith(unique) && plainUnique(name) === unique) return name;
  return undefined;
}

/** The unique name without what other programs add after a comma: mbsync's `,U=3` is valid in one mailbox only. */
function plainUnique(id: string): string {
  const [unique = ''] = id.slice(id.lastIndexOf('/') + 1).split(',');
  return unique;
}
