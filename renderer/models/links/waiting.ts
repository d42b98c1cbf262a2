// What waits for the link on screen, in the order in which it goes: the rows around those in sight, and which are selected.
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import type { LinkMessage } from '../../../core/api/links.ts';
import { coalesce } from '../coalesce.ts';
import type { Toasts } from '../toasts.ts';

export interface WaitingDeps {
  readonly api: Api;
  readonly toasts: Toasts;
  /** The link on screen; '': none is. */
  readonly name: ReadonlySignal<string>;
}

/** Rows that are fetched above and below those in sight, so that a little scrolling asks nothing. */
const beyond = 100;
/** The host gives no more at once. */
const most = 500;

export function createWaiting({ api, toasts, name }: WaitingDeps) {
  const rows = signal<ReadonlyMap<number, LinkMessage>>(new Map());
  const total = signal(0);
  const loaded = signal(false);
  const selected = signal<ReadonlyMap<string, LinkMessage>>(new Map());
  let wanted = { first: 0, last: 0 };

  async function fetchRows(): Promise<void> {
    const link = name.value;
    if (link === '') return;
    const offset = Math.max(0, wanted.first - beyond);
    const limit = Math.min(most, wanted.last - offset + 1 + beyond);
    const answer = await api.call('links.waiting', { name: link, offset, limit });
    if (link !== name.value) return;
    batch(() => {
      rows.value = new Map(answer.rows.map((row, at) => [offset + at, row]));
      total.value = answer.total;
      loaded.value = true;
      // A row that is in sight is known to wait still; one that is gone from a whole list is not selected any more.
      if (answer.rows.length === answer.total) keepSelected(new Set(answer.rows.map(({ id }) => id)));
    });
  }

  function keepSelected(there: ReadonlySet<string>): void {
    const left = new Map([...selected.value].filter(([id]) => there.has(id)));
    if (left.size < selected.value.size) selected.value = left;
  }

  const refresh = coalesce(fetchRows);

  return {
    /** By their place in the order. */
    rows: rows as ReadonlySignal<ReadonlyMap<number, LinkMessage>>,
    total: total as ReadonlySignal<number>,
    /** False until the first answer for this link. */
    loaded: loaded as ReadonlySignal<boolean>,
    selected: selected as ReadonlySignal<ReadonlyMap<string, LinkMessage>>,
    refresh,
    /** Says which rows are in sight. */
    want(first: number, last: number): void {
      wanted = { first, last };
      if (!loaded.value) return;
      for (const at of [first, Math.min(last, total.value - 1)]) {
        if (at >= 0 && at < total.value && !rows.value.has(at)) {
          refresh().catch(toasts.failed);
          return;
        }
      }
    },
    toggle(row: LinkMessage): void {
      const next = new Map(selected.value);
      if (!next.delete(row.id)) next.set(row.id, row);
      selected.value = next;
    },
    clearSelection(): void {
      selected.value = new Map();
    },
    /** Another link is on screen. */
    clear(): void {
      wanted = { first: 0, last: 0 };
      rows.value = new Map();
      total.value = 0;
      loaded.value = false;
      selected.value = new Map();
    },
  };
}
