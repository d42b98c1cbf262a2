// Keeps what is written and not saved yet in the browser's own storage, so that a stopped host, a reload or a crash loses no
// words. Each page uses its own names; a new page takes over what pages that are gone have left.
import type { Draft } from '../../../core/api/compose.ts';
import { debounce, type Timers } from '../timers.ts';

/** A draft that an earlier page left. */
export interface LeftDraft {
  readonly slot: string;
  readonly draft: Draft;
  /** Its files did not fit. It has no id, so that it does not replace a draft that has them. */
  readonly withoutFiles: boolean;
}

export interface Unsaved {
  /** A name for a new draft. */
  slot(): string;
  /** Keeps the draft, a moment later; the last one of a slot counts. */
  keep(slot: string, draft: Draft): void;
  /** Keeps it at once. */
  keepNow(): void;
  /** The draft was saved, sent or discarded. */
  forget(slot: string): void;
  /** Takes over what pages that are gone have left, the newest first. */
  takeLeft(): Promise<LeftDraft[]>;
}

/** The part of the page's storage that is used. */
export type UnsavedStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

export interface UnsavedDeps {
  readonly timers: Timers;
  /** Throws where storage is switched off. */
  storage(): UnsavedStorage;
  /** Shows which pages are open; without it nothing is taken over. */
  readonly locks: Pick<LockManager, 'request' | 'query'> | undefined;
  /** This page's name, unique among all pages. */
  readonly page: string;
}

const soonMs = 200;
/** Storage takes about 5 MB in all: larger files are left out at once. */
const mostFileLetters = 1_000_000;
const prefix = 'waypost.unsaved.';

export function createUnsaved({ timers, storage, locks, page }: UnsavedDeps): Unsaved {
  let lastSlot = 0;
  let waiting: { readonly slot: string; readonly draft: Draft } | undefined;
  const soon = debounce(timers, write, soonMs);
  // Held as long as the page is open.
  void locks?.request(prefix + page, () => new Promise(() => {}));

  function write(): void {
    if (!waiting) return;
    const { slot, draft } = waiting;
    waiting = undefined;
    const letters = draft.files.reduce((sum, file) => sum + file.base64.length, 0);
    if (letters <= mostFileLetters && put(slot, { draft, withoutFiles: false })) return;
    put(slot, { draft: { ...draft, id: null, files: [] }, withoutFiles: draft.files.length > 0 });
  }

  function put(slot: string, entry: Omit<LeftDraft, 'slot'>): boolean {
    try {
      storage().setItem(slot, JSON.stringify({ ...entry, atMs: timers.nowMs() }));
      return true;
    } catch {
      return false; // full, or switched off
    }
  }

  function freshSlot(): string {
    lastSlot += 1;
    return `${prefix}${page}.${lastSlot}`;
  }

  function take(from: string): (LeftDraft & { atMs: number }) | undefined {
    try {
      const raw = storage().getItem(from) ?? '';
      const { draft, withoutFiles, atMs } = JSON.parse(raw) as LeftDraft & { atMs: number };
      const slot = freshSlot();
      storage().setItem(slot, raw);
      storage().removeItem(from);
      return { slot, draft, withoutFiles, atMs };
    } catch {
      return undefined; // stays where it is
    }
  }

  return {
    slot: freshSlot,
    keep(slot, draft) {
      if (waiting && waiting.slot !== slot) write();
      waiting = { slot, draft };
      soon.touch();
    },
    keepNow: () => soon.now(),
    forget(slot) {
      if (waiting?.slot === slot) {
        waiting = undefined;
        soon.cancel();
      }
      try {
        storage().removeItem(slot);
      } catch {
        // If storage is switched off, nothing was kept.
      }
    },
    async takeLeft() {
      if (!locks) return [];
      // One page at a time, so that no draft is taken twice.
      return locks.request(`${prefix}taking`, async () => {
        const { held = [] } = await locks.query();
        const alive = new Set(held.map(({ name }) => name));
        const left = namesIn(storage)
          .filter(name => !alive.has(name.replace(/\.\d+$/, '')))
          .map(take)
          .filter(found => found !== undefined)
          .sort((a, b) => b.atMs - a.atMs);
        return left.map(({ atMs: _, ...rest }) => rest);
      });
    },
  };
}

function namesIn(storage: () => UnsavedStorage): string[] {
  try {
    const kept = storage();
    return Array.from({ length: kept.length }, (_, at) => kept.key(at) ?? '').filter(name => name.startsWith(prefix));
  } catch {
    return [];
  }
}

/** In the page's own storage. */
export function pageUnsaved(page: Window, timers: Timers): Unsaved {
  return createUnsaved({
    timers,
    storage: () => page.localStorage,
    locks: page.navigator.locks,
    page: crypto.getRandomValues(new Uint32Array(2)).join('-'),
  });
}
