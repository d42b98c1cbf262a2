// The rows of the list, fetched in pages as far as they are on screen, and fetched again when the host reports a change.
import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import { coalesce } from '../coalesce.ts';
import type { Toasts } from '../toasts.ts';
import { type FoundRows, fetchAgain, pageRows } from './fetch-rows.ts';
import type { Listing } from './listing.ts';
import { indexOf, type LoadedRows } from './loaded-rows.ts';

export interface FetchedRows {
  readonly rows: Signal<LoadedRows>;
  readonly total: Signal<number>;
  readonly unread: ReadonlySignal<number>;
  /** False until the first answer for this mailbox and query. */
  readonly loaded: ReadonlySignal<boolean>;
  /** Says which rows are on screen; missing ones are fetched. */
  want(first: number, last: number): void;
  refresh(): Promise<void>;
  /** Something else is listed now: fetches it from its start. */
  restart(): void;
  clear(): void;
  /** @returns puts the rows of this moment back, unless newer ones have come from the host; answers whether it did */
  checkpoint(): () => boolean;
}

/** What has moved since the rows that were on screen before. */
export interface Moved {
  /** So many rows were added above the first one on screen. 0 at the top of the list, where new mail must be visible. */
  readonly above: number;
  /** So many rows were added in all. */
  readonly grown: number;
  readonly total: number;
  readonly rows: LoadedRows;
}

export interface FetchedRowsDeps {
  readonly api: Api;
  readonly toasts: Toasts;
  /** What is listed. */
  readonly listing: () => Listing;
  /** Called before new rows are shown. */
  shown(moved: Moved): void;
}

export function createFetchedRows({ api, toasts, listing, shown }: FetchedRowsDeps): FetchedRows {
  const rows = signal<LoadedRows>(new Map());
  const total = signal(0);
  const unread = signal(0);
  const loaded = signal(false);
  let wanted = { first: 0, last: 0 };
  /** Grows when something else is listed. */
  let generation = 0;
  let shownGeneration = 0;
  /** Grows with every answer that is shown. */
  let answers = 0;
  let inFlight = new Set<number>();

  function ask(page: number) {
    return api.call('mail.list', { ...listing(), offset: page * pageRows, limit: pageRows });
  }

  const refresh = coalesce(async () => {
    const asked = generation;
    const { first, last } = wanted;
    // Rows of another mailbox or search do not show what has moved.
    const anchor = shownGeneration === asked ? rows.value.get(first)?.id : undefined;
    try {
      const fresh = await fetchAgain(ask, { first, last, anchor, total: total.value });
      if (asked === generation) show(fresh, anchor, first);
    } catch (error) {
      if (asked === generation) toasts.failed(error);
    }
  });

  function show(fresh: FoundRows, anchor: string | undefined, first: number): void {
    const anchorNow = anchor === undefined ? undefined : indexOf(fresh.rows, anchor);
    const grown = shownGeneration === generation ? fresh.total - total.value : 0;
    shownGeneration = generation;
    answers += 1;
    batch(() => {
      const above = anchorNow === undefined || first === 0 ? 0 : anchorNow - first;
      shown({ above, grown, total: fresh.total, rows: fresh.rows });
      inFlight = new Set();
      rows.value = fresh.rows;
      total.value = fresh.total;
      unread.value = fresh.unread;
      loaded.value = true;
    });
    fill();
  }

  function fill(): void {
    if (!loaded.value) return;
    const last = Math.min(wanted.last, total.value - 1);
    for (let page = Math.floor(wanted.first / pageRows); page * pageRows <= last; page += 1) {
      const end = Math.min((page + 1) * pageRows, total.value);
      const whole = rows.value.has(page * pageRows) && rows.value.has(end - 1);
      if (!whole && !inFlight.has(page)) void fillPage(page);
    }
  }

  async function fillPage(page: number): Promise<void> {
    const asked = generation;
    const flight = inFlight.add(page);
    try {
      const answer = await ask(page);
      if (asked !== generation || flight !== inFlight) return;
      rows.value = new Map([...rows.value, ...answer.rows.map((row, at) => [page * pageRows + at, row] as const)]);
      if (answer.total !== total.value) void refresh();
    } catch (error) {
      toasts.failed(error);
    } finally {
      flight.delete(page);
    }
  }

  return {
    rows,
    total,
    unread,
    loaded,
    refresh,
    want(first, last) {
      wanted = { first, last };
      fill();
    },
    restart() {
      generation += 1;
      wanted = { first: 0, last: pageRows - 1 };
      inFlight = new Set();
      void refresh();
    },
    clear() {
      rows.value = new Map();
      total.value = 0;
      unread.value = 0;
      loaded.value = false;
    },
    checkpoint() {
      const before = { rows: rows.value, total: total.value, answers, generation };
      return () => {
        if (before.answers !== answers || before.generation !== generation) return false;
        rows.value = before.rows;
        total.value = before.total;
        return true;
      };
    },
  };
}
