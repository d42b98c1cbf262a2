// The mailboxes of a Maildir: finds them, opens them, and closes those that are gone.
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '../../lib/clock.ts';
import type { Dispose } from '../../lib/dispose.ts';
import type { LogLine } from '../../lib/log.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { diskPath } from '../files/disk-names.ts';
import { type FoundFolders, findFolders, makeFolder } from '../folders/find-folders.ts';
import { folderPath, inbox, ownParts } from '../folders/folder-ids.ts';
import { resolveFolder, usualFolderId } from '../folders/folders.ts';
import type { TakeApart } from '../reading/take-apart.ts';
import { createBackgroundDescribing } from './background-describing.ts';
import { type Box, openBox } from './box.ts';
import { openSummaryCache } from './cache.ts';
import { createCandidateWatches } from './candidate-watches.ts';
import type { Entry } from './folder.ts';

export interface Catalog {
  boxes(): ReadonlyMap<string, Box>;
  /** The mailbox of that name, or for a usual name the one that has its role; undefined: there is none. */
  find(id: string): Box | undefined;
  /** Like `find`, but makes the mailbox when it is not there. @throws Error of the operating system */
  make(id: string): Promise<Box>;
  /** Looks again which mailboxes there are. */
  look(): Promise<void>;
  close(): Promise<void>;
}

export interface CatalogDeps {
  readonly maildir: string;
  readonly clock: Clock;
  readonly log: LogLine;
  readonly takeApart: TakeApart;
  readonly indexPath: string | undefined;
  /** Something has changed in one of the mailboxes, or in the list of them. */
  readonly onChange: () => void;
  /** Files that came into a new/ after the first look. */
  readonly onArrived: (box: Box, arrived: readonly Entry[]) => void;
}

const pollMs = 60_000;
const gatherMs = 20;
// The parts of a new mailbox are created one after the other: after an event, it looks a second time.
const secondLookMs = 1000;

/** Opens all mailboxes. Their messages are described in the background after that. Never rejects. */
export async function openCatalog(deps: CatalogDeps): Promise<Catalog> {
  const { maildir, clock, log, onChange } = deps;
  const cache = openSummaryCache({ path: deps.indexPath, clock, log });
  const boxes = new Map<string, Box>();
  let closed = false;
  let listing: Promise<void> = Promise.resolve();
  let cancelLook: Dispose | undefined;
  let cancelSecond: Dispose | undefined;
  let cancelPoll: Dispose | undefined;
  const candidates = createCandidateWatches(look);
  const describing = createBackgroundDescribing({ clock, log });
  let told = '';

  /** The mailboxes on disk; INBOX stays even when there is nothing, so that a Maildir made later is noticed. */
  async function found(): Promise<FoundFolders> {
    try {
      const folders = await findFolders(maildir);
      told = '';
      return folders;
    } catch (error) {
      const reason = `warning: unable to read the Maildir ${maildir}: ${reasonOf(error)}`;
      if (reason !== told) log(reason);
      told = reason;
      return { ids: [inbox], others: [dirname(maildir)] };
    }
  }

  /** Whether a name in a mailbox's directory can be that of another mailbox: index files come and go there too. */
  function isAboutFolders(box: string, name: string | null): boolean {
    if (name === null) return true;
    if (ownParts.includes(name) || (box !== inbox && !box.startsWith('/'))) return false;
    const path = join(folderPath(maildir, box), name);
    if (candidates.has(path) || [...boxes.values()].some(({ directory }) => directory === path)) return true;
    try {
      return statSync(diskPath(path), { throwIfNoEntry: false })?.isDirectory() ?? false;
    } catch {
      return true;
    }
  }

  async function relist(): Promise<void> {
    if (closed) return;
    const folders = await found();
    if (closed) return;
    const { ids } = folders;
    candidates.set(folders.others);
    for (const [id, box] of boxes) {
      if (ids.includes(id)) {
        await box.renew();
        continue;
      }
      boxes.delete(id);
      await box.close();
      onChange();
    }
    for (const id of ids) {
      if (boxes.has(id) || closed) continue;
      const box = await openBox({
        id,
        directory: folderPath(maildir, id),
        cache,
        takeApart: deps.takeApart,
        clock,
        log,
        onChange: changed,
        onDirectory: name => {
          if (isAboutFolders(id, name)) look();
        },
      });
      boxes.set(id, box);
      onChange();
      describing.start(box);
    }
  }

  function relistInTurn(): Promise<void> {
    const done = listing.then(relist);
    listing = done.catch(error => log(`warning: unable to look through the Maildir ${maildir}: ${reasonOf(error)}`));
    return listing;
  }

  function look(): void {
    cancelLook ??= clock.after(gatherMs, () => {
      cancelLook = undefined;
      void relistInTurn();
      cancelSecond?.();
      cancelSecond = clock.after(secondLookMs, () => void relistInTurn());
    });
  }

  function changed(box: Box, arrived: readonly Entry[]): void {
    if (closed) return;
    if (arrived.length > 0) deps.onArrived(box, arrived);
    onChange();
    describing.startAfter(box, arrived.length);
  }

  function pollLater(): void {
    cancelPoll = clock.after(pollMs, () => {
      void poll()
        .catch(error => log(`warning: unable to look through the Maildir ${maildir}: ${reasonOf(error)}`))
        .finally(() => {
          if (!closed) pollLater();
        });
    });
  }

  async function poll(): Promise<void> {
    await relistInTurn();
    for (const box of [...boxes.values()]) {
      await box.poll();
      // Messages that could not be parsed a while ago.
      describing.start(box);
    }
  }

  await relistInTurn();
  cache.prune([...boxes.keys()]);
  pollLater();

  const catalog: Catalog = {
    boxes: () => boxes,
    find(id) {
      const own = resolveFolder([...boxes.keys()], id);
      return own === undefined ? undefined : boxes.get(own);
    },
    async make(id) {
      const known = catalog.find(id);
      const wanted = known?.id ?? usualFolderId([...boxes.keys()], id);
      const news = await makeFolder(maildir, wanted);
      if (known) {
        if (news) await known.poll();
        return known;
      }
      await relistInTurn();
      const made = catalog.find(wanted);
      if (!made) throw new Error(`unable to open the mailbox ${id} in ${maildir}`);
      return made;
    },
    look: relistInTurn,
    async close() {
      closed = true;
      cancelLook?.();
      cancelSecond?.();
      cancelPoll?.();
      describing.close();
      candidates.close();
      await listing;
      await Promise.all([...boxes.values()].map(box => box.close()));
      cache.close();
    },
  };
  return catalog;
}
