// Creates, renames and removes mailboxes in the layout of the Maildir. No mail is lost: the messages of a mailbox are in Trash
// before it is removed, and a directory that contains anything but mail stays.
import { ApiError, refusal } from '../../api/errors.ts';
import { parentFolder } from '../../api/mail.ts';
import { errorCode, reasonOf } from '../../lib/user-error.ts';
import type { Catalog } from '../boxes/catalog.ts';
import { messageId } from '../boxes/locate.ts';
import { childPrefix, folderPath, inbox, newFolderId, shownPath } from '../folders/folder-ids.ts';
import { roleOf } from '../folders/folders.ts';
import { refuseOthers, removeFolder } from '../folders/remove-folder.ts';
import { renameFolders } from '../folders/rename-folders.ts';
import type { Actions } from './actions.ts';

export interface FolderActions {
  /** @param parent the id of the mailbox above the new one; `''`: none. @returns the new id */
  make(parent: string, name: string): Promise<string>;
  /** Renames a mailbox and those in it. Returns its new id. */
  rename(id: string, name: string): Promise<string>;
  /** Removes a mailbox and those in it. Returns how many messages were moved to Trash. */
  remove(id: string): Promise<number>;
}

// Mail that arrives while a mailbox is emptied is moved too; if more keeps arriving, the mailbox stays.
const rounds = 5;

export function createFolderActions(deps: {
  readonly maildir: string;
  readonly catalog: Catalog;
  readonly actions: Actions;
  readonly uniqueName: () => string;
}): FolderActions {
  const { maildir, catalog, actions, uniqueName } = deps;
  const ids = () => [...catalog.boxes().keys()];

  /** A mailbox and those in it, the innermost first. */
  function within(id: string): string[] {
    const found = ids().filter(each => each === id || each.startsWith(childPrefix(id)));
    if (found.length === 0) throw refusal('folder-gone', { folder: shown(id) });
    for (const each of found) {
      if (roleOf(ids(), each) === undefined) continue;
      if (each === id) throw refusal('folder-standard', { folder: shown(id) });
      throw refusal('folder-contains-standard', { folder: shown(id), inside: shown(each) });
    }
    return found.sort((a, b) => (a < b ? 1 : -1));
  }

  function freshId(parent: string, name: string): string {
    try {
      if (parent !== '') folderPath(maildir, parent);
    } catch (error) {
      if (error instanceof RangeError) throw refusal('mailbox-name-invalid', { mailbox: parent });
      throw error;
    }
    const id = newFolderId(ids(), parent === inbox ? '' : parent, name);
    if (ids().some(each => each === id)) throw refusal('folder-exists', { folder: shown(id) });
    return id;
  }

  async function empty(id: string): Promise<number> {
    const box = catalog.boxes().get(id);
    let count = 0;
    for (let round = 0; box && round < rounds; round++) {
      await box.refresh();
      const messages = [...box.folder.entries.values()].map(entry => messageId(box, entry));
      if (messages.length === 0) return count;
      count += (await actions.move(messages, 'Trash')).length;
    }
    throw refusal('folder-not-empty', { folder: shown(id) });
  }

  return {
    async make(parent, name) {
      const id = freshId(parent, name);
      try {
        return (await catalog.make(id)).id;
      } catch (error) {
        throw refusal('folder-not-created', { folder: shown(id), why: reasonOf(error) }, { cause: error });
      }
    },

    async rename(id, name) {
      const inside = within(id);
      const fresh = freshId(parentFolder(id), name);
      const taken = ids().find(each => each.startsWith(childPrefix(fresh)));
      if (taken !== undefined) throw refusal('folder-exists', { folder: shown(taken) });
      // A directory takes the directories in it along.
      const moved = id.startsWith('/') ? [id] : inside;
      try {
        renameFolders(
          maildir,
          moved.map(each => [each, fresh + each.slice(id.length)]),
        );
      } catch (error) {
        throw refusal('folder-not-renamed', { folder: shown(id), why: reasonOf(error) }, { cause: error });
      } finally {
        await catalog.look();
      }
      return fresh;
    },

    async remove(id) {
      const inside = within(id);
      let count = 0;
      try {
        // Checked before anything is moved.
        for (const each of inside) refuseOthers(folderPath(maildir, each));
        for (const each of inside) {
          count += await empty(each);
          removeFolder({ maildir, id: each, aside: uniqueName(), top: id });
        }
      } catch (error) {
        if (error instanceof ApiError) throw error;
        const code = errorCode(error);
        if (code === 'ENOENT') throw refusal('folder-already-deleted', { folder: shown(id) });
        const params = { folder: shown(id), why: reasonOf(error), moved: count };
        throw refusal('folder-not-deleted', params, { cause: error });
      } finally {
        await catalog.look();
      }
      return count;
    },
  };
}

const shown = (id: string): string => shownPath(id).join('/');
