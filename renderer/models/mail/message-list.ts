// The message list: one mailbox or a search in it, with one active message and perhaps several selected ones. New mail appears
// above without moving what is on screen.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import type { Preferences } from '../preferences.ts';
import { debounce, type Timers } from '../timers.ts';
import type { Toasts } from '../toasts.ts';
import { createFetchedRows, type Moved } from './fetched-rows.ts';
import type { Listing, ListOrder } from './listing.ts';
import { indexOf, type LoadedRows } from './loaded-rows.ts';
import { type Change, createOptimisticChanges } from './optimistic-changes.ts';
import { createSelection, type Selection } from './selection.ts';

interface ListDeps {
  readonly api: Api;
  readonly timers: Timers;
  readonly toasts: Toasts;
  readonly preferences: Preferences;
}

const typingPauseMs = 150;

interface Active {
  readonly id: string;
  readonly index: number;
  /** It became active by itself: the list does not scroll to it. */
  readonly quiet?: boolean;
}

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
  /** The rows shown are those that match the query as it is typed. */
  readonly answered: ReadonlySignal<boolean>;
  readonly active: ReadonlySignal<Active | undefined>;
  readonly selection: Selection;
  /** Grows by the number of rows that were added above the first one on screen. */
  readonly shift: ReadonlySignal<number>;
  show(mailbox: string): void;
  search(query: string): void;
  setOrder(order: ListOrder): void;
  /** Shows only unread messages and the active one, until another mailbox is shown. */
  setUnreadOnly(on: boolean): void;
  /** Says which rows are on screen; missing ones are fetched. */
  want(first: number, last: number): void;
  activate(active: Active): void;
  deactivate(): void;
  /** Shows a change before the host confirms it. The returned function undoes that: the host refused. */
  applyOptimistically(change: Change): () => void;
  /** The index of a message in this list; null when it is not in it. */
  positionOf(id: string): Promise<number | null>;
  /** The index of the next unread message; null when there is none. */
  nextUnread(after: string | null): Promise<number | null>;
  refresh(): Promise<void>;
}

export function createMessageList({ api, timers, toasts, preferences }: ListDeps): MessageList {
  const mailbox = signal('INBOX');
  const query = signal('');
  const answeredQuery = signal('');
  const order = signal<ListOrder>(preferences.get('order') === 'arrival' ? 'arrival' : 'date');
  const unreadOnly = signal(false);
  const active = signal<Active>();
  const shift = signal(0);
  const selection = createSelection({ api, toasts, listing });
  const fetched = createFetchedRows({ api, toasts, listing, shown });
  const { refresh } = fetched;
  const typed = debounce(timers, fetched.restart, typingPauseMs);

  function listing(): Listing {
    // The message that is being read stays in the list, though it is no longer unread.
    const unread = unreadOnly.value ? { and: active.value?.id ?? null } : null;
    return { mailbox: mailbox.value, query: query.value, order: order.value, unread };
  }

  function shown(moved: Moved): void {
    shift.value += moved.above;
    active.value = active.value && activeAfter(active.value, moved);
    answeredQuery.value = query.value;
  }

  function clear(): void {
    fetched.clear();
    active.value = undefined;
    selection.clear();
    shift.value = 0;
  }

  api.on('mail.changed', refresh);
  api.onGap(refresh);
  fetched.restart();

  return {
    mailbox,
    query,
    order,
    unreadOnly,
    rows: fetched.rows,
    total: fetched.total,
    unread: fetched.unread,
    loaded: fetched.loaded,
    answered: computed(() => fetched.loaded.value && answeredQuery.value === query.value),
    active,
    selection,
    shift,
    refresh,
    want: fetched.want,
    show(id) {
      if (id === mailbox.value && query.value === '' && !unreadOnly.value) return;
      batch(() => {
        mailbox.value = id;
        query.value = '';
        unreadOnly.value = false;
        clear();
      });
      typed.cancel();
      fetched.restart();
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
      fetched.restart();
    },
    setUnreadOnly(on) {
      batch(() => {
        unreadOnly.value = on;
        selection.clear();
      });
      fetched.restart();
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
    applyOptimistically: createOptimisticChanges({ fetched, selection, active }),
  };
}

/** Where the active message is now; undefined: it has left the list. */
function activeAfter(was: Active, { rows, grown, total }: Moved): Active | undefined {
  const index = indexOf(rows, was.id) ?? (rows.has(was.index) ? -1 : was.index + grown);
  return index >= 0 && index < total ? { ...was, index } : undefined;
}
