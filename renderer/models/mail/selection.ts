// Which messages of the list are selected. The host resolves ranges, so they include rows that were never fetched. A message
// that another program removes is no longer selected.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import { coalesce } from '../coalesce.ts';
import type { Toasts } from '../toasts.ts';
import { inBatches } from './batches.ts';
import type { Listing } from './listing.ts';

export interface Selection {
  readonly ids: ReadonlySignal<ReadonlySet<string>>;
  /** Ranges start at this message from now on. */
  begin(id: string): void;
  /** Selects a message, or deselects it. */
  toggle(id: string): void;
  /** Selects all messages from the start of the range to this one, and no others. */
  extendTo(id: string): Promise<void>;
  /** Everything in the mailbox, or everything found. */
  all(): Promise<void>;
  clear(): void;
  without(gone: ReadonlySet<string>): void;
  /** Selects exactly these. */
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
  /** Grows with every change: the answer to an older question no longer counts. */
  let version = 0;

  function select(next: ReadonlySet<string>): void {
    version += 1;
    ids.value = next;
  }

  async function range(from: string | null, to: string | null): Promise<void> {
    version += 1;
    const asked = version;
    try {
      const found = await api.call('mail.ids', { ...listing(), from, to });
      if (asked === version) select(new Set(found.ids));
    } catch (error) {
      if (asked === version) toasts.failed(error);
    }
  }

  const check = coalesce(async () => {
    const asked = [...ids.value];
    if (asked.length === 0) return;
    // If this call fails, the next change asks again, and so does a new connection.
    const { done } = await inBatches(asked, async batch => (await api.call('mail.flags', { ids: batch })).flags);
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
      version += 1;
      if (ids.value.size > 0) drop(gone);
    },
    restore: select,
  };
}
