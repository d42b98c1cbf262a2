// Finds the file of a message id. Other programs rename files at any time, so a file that is not at its last place is looked
// for again before it counts as gone.
import { ApiError, refusal } from '../../api/errors.ts';
import { mailboxOf } from '../../api/mail.ts';
import { createTimeSlice } from '../../lib/time-slice.ts';
import { errorCode, reasonOf } from '../../lib/user-error.ts';
import { shownPath } from '../folders/folder-ids.ts';
import type { Box } from './box.ts';
import type { Catalog } from './catalog.ts';
import type { Entry } from './folder.ts';

export interface Located {
  readonly box: Box;
  readonly entry: Entry;
  /** Where the file was seen last. */
  readonly path: string;
}

export function messageId(box: Box, entry: Entry): string {
  return `${box.id}/${entry.unique}`;
}

/** The error for a message that is not there. */
function gone(id: string): ApiError {
  const mailbox = shownPath(mailboxOf(id)).join('/');
  return refusal('message-gone', { mailbox });
}

/** The last known place of a message; undefined when there is none, or the message is gone. */
export function locate(catalog: Catalog, id: string): Located | undefined {
  const mailbox = mailboxOf(id);
  const box = catalog.boxes().get(mailbox);
  const entry = box?.folder.entries.get(id.slice(mailbox.length + 1));
  return box && entry && { box, entry, path: box.pathOf(entry) };
}

/**
 * Does something with one message's file.
 * @throws ApiError `gone`, or `failed` with the system's reason
 */
export async function withFile<T>(catalog: Catalog, id: string, use: (found: Located) => Promise<T>): Promise<T> {
  for (let again = false; ; again = true) {
    const found = locate(catalog, id);
    try {
      if (found) return await use(found);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      if (errorCode(error) !== 'ENOENT')
        throw refusal('message-unreadable', { path: found?.path ?? '', why: reasonOf(error) }, { cause: error });
    }
    if (again) throw gone(id);
    await catalog.boxes().get(mailboxOf(id))?.refresh();
  }
}

/**
 * Does something with the files of many messages, in slices; `use` returns false when there was nothing to do. Messages that
 * are gone are skipped. Other failures do not stop the rest; the first one is thrown at the end.
 * @returns the ids for which there was something to do
 * @throws ApiError `failed`
 */
export async function withFiles(
  catalog: Catalog,
  ids: readonly string[],
  use: (found: Located) => boolean | Promise<boolean>,
): Promise<string[]> {
  const slice = createTimeSlice();
  const done: string[] = [];
  let failure: ApiError | undefined;
  let waiting: readonly string[] = [...new Set(ids)];
  for (const again of [false, true]) {
    const missing: string[] = [];
    for (const id of waiting) {
      if (slice.isOver()) await slice.next();
      const found = locate(catalog, id);
      try {
        if (!found) missing.push(id);
        else if (await use(found)) done.push(id);
      } catch (error) {
        if (errorCode(error) === 'ENOENT') missing.push(id);
        else
          failure ??= refusal('message-unchanged', { path: found?.path ?? '', why: reasonOf(error) }, { cause: error });
      }
    }
    if (again || missing.length === 0) break;
    const mailboxes = new Set(missing.map(mailboxOf));
    for (const mailbox of mailboxes) await catalog.boxes().get(mailbox)?.refresh();
    waiting = missing;
  }
  if (failure) throw failure;
  return done;
}
