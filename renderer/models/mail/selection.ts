// Which messages of the list are selected for an action on several. Ranges are resolved by the host, so rows that were never
// fetched belong to them; what another program takes away is selected no more.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import { coalesce } from '../coalesce.ts';
import type { Toasts } from '../toasts.ts';
import { inBatches } from './batches.ts';
import type { Listing } from './listing.ts';

export interface Selection {
  readonly ids: ReadonlySignal<ReadonlySet<string>>;
  /** Ranges begin at this message from now on. */
  begin(id: string): void;
  /** Takes one in, or out when it is in. */
  toggle(id: string): void;
  /** Selects what lies between the beginning and this message, instead of what was selected. */
  extendTo(id: string): Promise<void>;
  /** Everything in the mailbox, or everything found. */
  all(): Promise<void>;
  clear(): void;
  without(gone: ReadonlySet<string>): void;
  /** As it was before. */
  restore(ids: ReadonlySet<string>): void;
}

interface SelectionDeps {
  readonly api: Api;
  readonly toasts: Toasts;
  /** What the list shows. */
  readonly listing: () => Listing;
}

export function createSelection({ api, toasts, listing }: SelectionDeps): Selection {
  const ids = signal<ReadonlySet<string>>(new Set());
  let anchor: string | undefined;
  /** Counts what was selected: an answer that comes after something newer is not wanted any more. */
  let turn = 0;

  function select(next: ReadonlySet<string>): void {
    turn += 1;
    ids.value = next;
  }

  async function range(from: string | null, to: string | null): Promise<void> {
    turn += 1;
    const asked = turn;
    try {
      const found = await api.call('mail.ids', { ...listing(), from, to });
      if (asked === turn) select(new Set(found.ids));
    } catch (error) {
      if (asked === turn) toasts.failed(error);
    }
  }

  const check = coalesce(async () => {
    const asked = [...ids.value];
    if (asked.length === 0) return;
    // What cannot be asked now is asked with the next change, and when the line is back.
    const { done } = await inBatches(asked, async piece => (await api.call('mail.flags', { ids: piece })).flags);
    const gone = new Set(asked.filter((_, at) => done[at] === null));
    if (gone.size > 0) drop(gone);
  });
  api.on('mail.changed', check);
  api.onGap(check);

  function drop(gone: ReadonlySet<string>): void {
    ids.value = new Set([...ids.value].filter(id => !gone.has(id)));
  }

  return {
    ids,
    begin(id) {
      anchor = id;
    },
    toggle(id) {
      const next = new Set(ids.value);
      if (!next.delete(id)) next.add(id);
      anchor = id;
      select(next);
    },
    extendTo: id => range(anchor ?? id, id),
    all: () => range(null, null),
    clear: () => select(new Set()),
    without(gone) {
      turn += 1;
      if (ids.value.size > 0) drop(gone);
    },
    restore: select,
  };
}
