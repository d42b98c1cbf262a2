// The mailboxes of a Maildir: finds them, opens them, and closes those that are gone.
import type { Clock } from '../../lib/clock.ts';
import type { LogLine } from '../../lib/log.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { makeFolder } from '../folders/find-folders.ts';
import { createFolderFinder, mayBeFolder } from '../folders/folder-finder.ts';
import { folderPath } from '../folders/folder-ids.ts';
import { resolveFolder, usualFolderId } from '../folders/folders.ts';
import type { TakeApart } from '../reading/take-apart.ts';
import { createBackgroundDescribing } from './background-describing.ts';
import { type Box, openBox } from './box.ts';
import { openSummaryCache } from './cache.ts';
import { createCandidateWatches } from './candidate-watches.ts';
import type { Entry } from './folder.ts';
import { createMaildirLooks } from './maildir-looks.ts';

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

/** Opens all mailboxes. Their messages are described in the background after that. Never rejects. */
export async function openCatalog(deps: CatalogDeps): Promise<Catalog> {
  const { maildir, clock, log, onChange } = deps;
  const cache = openSummaryCache({ path: deps.indexPath, clock, log });
  const boxes = new Map<string, Box>();
  let closed = false;
  const findFolders = createFolderFinder(maildir, log);
  const looks = createMaildirLooks({
    clock,
    look: relist,
    poll: pollBoxes,
    failed: error => log(`warning: unable to look through the Maildir ${maildir}: ${reasonOf(error)}`),
  });
  const candidates = createCandidateWatches(looks.soon);
  const describing = createBackgroundDescribing({ clock, log });

  async function relist(): Promise<void> {
    if (closed) return;
    const { ids, others } = await findFolders();
    if (closed) return;
    candidates.set(others);
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
      if (!boxes.has(id) && !closed) await open(id);
    }
  }

  async function open(id: string): Promise<void> {
    const box = await openBox({
      id,
      directory: folderPath(maildir, id),
      cache,
      takeApart: deps.takeApart,
      clock,
      log,
      onChange: changed,
      onDirectory: name => {
        if (mayBeFolder(maildir, id, name, isKnown)) looks.soon();
      },
    });
    boxes.set(id, box);
    onChange();
    describing.start(box);
  }

  function isKnown(path: string): boolean {
    return candidates.has(path) || [...boxes.values()].some(({ directory }) => directory === path);
  }

  function changed(box: Box, arrived: readonly Entry[]): void {
    if (closed) return;
    if (arrived.length > 0) deps.onArrived(box, arrived);
    onChange();
    describing.startAfter(box, arrived.length);
  }

  async function pollBoxes(): Promise<void> {
    for (const box of [...boxes.values()]) {
      await box.poll();
      // Messages that could not be parsed a while ago.
      describing.start(box);
    }
  }

  await looks.now();
  cache.prune([...boxes.keys()]);
  looks.startPoll();

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
      await looks.now();
      const made = catalog.find(wanted);
      if (!made) throw new Error(`unable to open the mailbox ${id} in ${maildir}`);
      return made;
    },
    look: looks.now,
    async close() {
      closed = true;
      describing.close();
      candidates.close();
      await looks.close();
      await Promise.all([...boxes.values()].map(box => box.close()));
      cache.close();
    },
  };
  return catalog;
}
