// The message list: a window onto one mailbox, fetched in pages as it scrolls. New mail slides in above without moving
// what is on screen; the active message stays active.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import type { Flag, MessageRow } from '../../../core/api/mail.ts';
import { coalesce } from '../coalesce.ts';
import type { Preferences } from '../preferences.ts';
import { debounce, type Timers } from '../timers.ts';
import type { Toasts } from '../toasts.ts';
import type { Listing, ListOrder } from './listing.ts';
import { indexOf, type LoadedRows, withFlags, withoutIds } from './loaded-rows.ts';
import { createSelection, type Selection } from './selection.ts';

interface ListDeps {
  readonly api: Api;
  readonly timers: Timers;
  readonly toasts: Toasts;
  readonly preferences: Preferences;
}

const pageRows = 100;
const typingPauseMs = 150;

interface Active {
  readonly id: string;
  readonly index: number;
  /** It became active by itself: the list does not scroll to it. */
  readonly quiet?: boolean;
}

type Change = { gone: ReadonlySet<string> } | { ids: ReadonlySet<string>; add: Flag[]; remove: Flag[] };

export interface MessageList {
  readonly mailbox: ReadonlySignal<string>;
  readonly query: ReadonlySignal<string>;
  readonly order: ReadonlySignal<ListOrder>;
  readonly unreadOnly: ReadonlySignal<boolean>;
  readonly rows: ReadonlySignal<LoadedRows>;
  readonly total: ReadonlySignal<number>;
  readonly unread: ReadonlySignal<number>;
  /** False until the first answer for this mailbox and query. */
  readonly loaded: ReadonlySignal<boolean>;
  /** What is shown answers the query that is typed. */
  readonly answered: ReadonlySignal<boolean>;
  readonly active: ReadonlySignal<Active | undefined>;
  readonly selection: Selection;
  /** Grows by the number of rows that were put in above the first one on screen. */
  readonly shift: ReadonlySignal<number>;
  show(mailbox: string): void;
  search(query: string): void;
  setOrder(order: ListOrder): void;
  /** Shows only unread messages, and the active one, until another mailbox is shown. */
  setUnreadOnly(on: boolean): void;
  /** Says which rows are on screen; missing ones are fetched. */
  want(first: number, last: number): void;
  activate(active: Active): void;
  deactivate(): void;
  /** Shows a change before the host confirms it. Call what it answers when the host refused. */
  applyOptimistically(change: Change): () => void;
  /** Where a message is in what the list shows; null: it is not in there. */
  positionOf(id: string): Promise<number | null>;
  /** Where the next unread message is; null: there is none. */
  nextUnread(after: string | null): Promise<number | null>;
  refresh(): Promise<void>;
}

export function createMessageList({ api, timers, toasts, preferences }: ListDeps): MessageList {
  const mailbox = signal('INBOX');
  const query = signal('');
  const answeredQuery = signal('');
  const order = signal<ListOrder>(preferences.get('order') === 'arrival' ? 'arrival' : 'date');
  const unreadOnly = signal(false);
  const rows = signal<LoadedRows>(new Map());
  const total = signal(0);
  const unread = signal(0);
  const loaded = signal(false);
  const active = signal<Active>();
  const selection = createSelection({
    api,
    toasts,
    listing,
  });
  const shift = signal(0);
  const typed = debounce(timers, () => restart(), typingPauseMs);
  let wanted = { first: 0, last: 0 };
  let generation = 0;
  let settledGeneration = 0;
  let inFlight = new Set<number>();
  /** Counts the answers that were shown. */
  let settled = 0;

  function listing(): Listing {
    // The message that is being read stays where it is, though that makes it a read one.
    const unread = unreadOnly.value ? { and: active.value?.id ?? null } : null;
    return { mailbox: mailbox.value, query: query.value, order: order.value, unread };
  }

  function ask(page: number) {
    const request = { ...listing(), offset: page * pageRows, limit: pageRows };
    return api.call('mail.list', request);
  }

  /** Fetches the pages that cover the rows `first` to `last`. */
  async function fetchRange(first: number, last: number) {
    const found = new Map<number, MessageRow>();
    let counts = { total: 0, unread: 0 };
    const from = Math.floor(Math.max(0, first) / pageRows);
    for (let page = from; page === from || page <= Math.floor(Math.max(0, last) / pageRows); page += 1) {
      const answer = await ask(page);
      counts = answer;
      for (const [at, row] of answer.rows.entries()) found.set(page * pageRows + at, row);
    }
    return { found, ...counts };
  }

  const refresh = coalesce(async () => {
    const asked = generation;
    const { first, last } = wanted;
    // Rows of another mailbox or search are nothing to go by.
    const anchor = settledGeneration === asked ? rows.value.get(first)?.id : undefined;
    const totalBefore = total.value;
    try {
      let fresh = await fetchRange(first, last);
      const grown = fresh.total - totalBefore;
      if (anchor !== undefined && grown !== 0 && indexOf(fresh.found, anchor) === undefined) {
        const moved = await fetchRange(first + grown, last + grown);
        if (indexOf(moved.found, anchor) !== undefined) fresh = moved;
      }
      if (asked === generation) settle(fresh, anchor, first);
    } catch (error) {
      if (asked === generation) toasts.failed(error);
    }
  });

  function settle(fresh: Awaited<ReturnType<typeof fetchRange>>, anchor: string | undefined, first: number): void {
    const anchorNow = anchor === undefined ? undefined : indexOf(fresh.found, anchor);
    const grown = settledGeneration === generation ? fresh.total - total.value : 0;
    settledGeneration = generation;
    settled += 1;
    batch(() => {
      // At the very top new mail should be seen, so nothing is shifted.
      if (anchorNow !== undefined && first > 0 && anchorNow !== first) shift.value += anchorNow - first;
      const was = active.value;
      if (was) {
        const index = indexOf(fresh.found, was.id) ?? (fresh.found.has(was.index) ? -1 : was.index + grown);
        active.value = index >= 0 && index < fresh.total ? { ...was, index } : undefined;
      }
      inFlight = new Set();
      rows.value = fresh.found;
      total.value = fresh.total;
      unread.value = fresh.unread;
      loaded.value = true;
      answeredQuery.value = query.value;
    });
    fill();
  }

  function fill(): void {
    if (!loaded.value) return;
    const last = Math.min(wanted.last, total.value - 1);
    for (let page = Math.floor(wanted.first / pageRows); page * pageRows <= last; page += 1) {
      const end = Math.min((page + 1) * pageRows, total.value);
      const whole = rows.value.has(page * pageRows) && rows.value.has(end - 1);
      if (!whole && !inFlight.has(page)) fillPage(page);
    }
  }

  async function fillPage(page: number): Promise<void> {
    const asked = generation;
    const flight = inFlight.add(page);
    try {
      const answer = await ask(page);
      if (asked !== generation || flight !== inFlight) return;
      rows.value = new Map([...rows.value, ...answer.rows.map((row, at) => [page * pageRows + at, row] as const)]);
      if (answer.total !== total.value) refresh();
    } catch (error) {
      toasts.failed(error);
    } finally {
      flight.delete(page);
    }
  }

  function restart(): void {
    generation += 1;
    wanted = { first: 0, last: pageRows - 1 };
    inFlight = new Set();
    refresh();
  }

  function clear(): void {
    rows.value = new Map();
    total.value = 0;
    unread.value = 0;
    loaded.value = false;
    active.value = undefined;
    selection.clear();
    shift.value = 0;
  }

  api.on('mail.changed', refresh);
  api.onGap(refresh);
  restart();

  return {
    mailbox,
    query,
    order,
    unreadOnly,
    rows,
    total,
    unread,
    loaded,
    answered: computed(() => loaded.value && answeredQuery.value === query.value),
    active,
    selection,
    shift,
    refresh,
    show(id) {
      if (id === mailbox.value && query.value === '' && !unreadOnly.value) return;
      batch(() => {
        mailbox.value = id;
        query.value = '';
        unreadOnly.value = false;
        clear();
      });
      typed.cancel();
      restart();
    },
    search(words) {
      batch(() => {
        query.value = words;
        active.value = undefined;
        selection.clear();
      });
      typed.touch();
    },
    setOrder(by) {
      preferences.set('order', by);
      order.value = by;
      restart();
    },
    setUnreadOnly(on) {
      batch(() => {
        unreadOnly.value = on;
        selection.clear();
      });
      restart();
    },
    want(first, last) {
      wanted = { first, last };
      fill();
    },
    async positionOf(id) {
      return (await api.call('mail.position', { ...listing(), id })).index;
    },
    async nextUnread(after) {
      return (await api.call('mail.nextUnread', { ...listing(), after })).next?.index ?? null;
    },
    activate(next) {
      active.value = next;
    },
    deactivate() {
      active.value = undefined;
    },
    applyOptimistically(change) {
      const before = { rows: rows.value, total: total.value, selected: selection.ids.value, settled, generation };
      batch(() => {
        if ('gone' in change) leave(change.gone);
        else rows.value = withFlags(rows.value, change.ids, change.add, change.remove);
      });
      return () => {
        // What the host has told since is the truth already.
        if (before.settled === settled && before.generation === generation) {
          batch(() => {
            rows.value = before.rows;
            total.value = before.total;
            selection.restore(before.selected);
          });
        }
        refresh();
      };
    },
  };

  function leave(gone: ReadonlySet<string>): void {
    const isListed = (id: string) => selection.ids.value.has(id) || active.value?.id === id || leaving.has(id);
    const leaving = new Set([...rows.value.values()].map(row => row.id).filter(id => gone.has(id)));
    const count = [...gone].filter(isListed).length;
    // With rows that were never fetched nothing is known of how far the others move up: they are fetched again.
    rows.value = count > leaving.size ? new Map() : withoutIds(rows.value, gone);
    total.value -= count;
    selection.without(gone);
  }
}
