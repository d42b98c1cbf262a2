// Moves through the messages of the list: makes a row active, opens its message, and waits for rows that are not fetched yet.
import { effect, type ReadonlySignal, untracked } from '@preact/signals';
import { mailboxOf } from '../../../core/api/mail.ts';
import { text } from '../../text/en.ts';
import type { Toasts } from '../toasts.ts';
import { indexOf, type LoadedRows } from './loaded-rows.ts';
import type { MessageList } from './message-list.ts';
import type { Reader } from './reader.ts';

type How = 'open' | 'pass' | 'extend';

export interface Navigation {
  /**
   * Makes a row active. `open` opens its message, `pass` does so only when there is room beside the list, `extend` selects
   * all rows from the start of the range to this one.
   */
  goTo(index: number, how: How): void;
  /** Goes so many rows down, or up. */
  step(by: number): void;
  openActive(): void;
  /** Opens the next unread message of the list. */
  nextUnread(): Promise<void>;
  /** Opens a message of any mailbox by its id. */
  openMessage(id: string): Promise<void>;
}

export interface NavigationDeps {
  readonly list: MessageList;
  readonly reader: Reader;
  readonly toasts: Toasts;
  /** True where there is room for either the list or the reader. */
  readonly singlePane: ReadonlySignal<boolean>;
}

export function createNavigation({ list, reader, toasts, singlePane }: NavigationDeps): Navigation {
  const { selection } = list;
  /** Where to go as soon as that row is fetched. */
  let awaited: { index: number; how: How } | undefined;

  function goTo(index: number, how: How): void {
    const row = list.rows.value.get(index);
    awaited = row ? undefined : { index, how };
    if (!row) {
      list.want(index, index);
      return;
    }
    list.activate({ id: row.id, index });
    if (how === 'extend') void selection.extendTo(row.id);
    else selection.begin(row.id);
    // With several selected, the reader shows what can be done with all of them.
    if (selection.ids.value.size > 0) return;
    if (how === 'open') reader.open(row.id, 'now');
    else if (how === 'pass' && !singlePane.value) reader.open(row.id, 'passing');
  }

  effect(() => {
    const rows = list.rows.value;
    untracked(() => arrive(rows));
  });

  function arrive(rows: LoadedRows): void {
    if (awaited && rows.has(awaited.index)) goTo(awaited.index, awaited.how);
    // The row of the open message becomes active as soon as it is fetched.
    const open = reader.id.value;
    if (open === undefined || list.active.value) return;
    const index = indexOf(rows, open);
    if (index !== undefined) list.activate({ id: open, index, quiet: true });
  }

  // When the last message is deselected, the reader shows the active one again.
  let selecting = false;
  effect(() => {
    const was = selecting;
    selecting = selection.ids.value.size > 0;
    if (was && !selecting) untracked(readActive);
  });

  function readActive(): void {
    const active = list.active.value;
    if (active && reader.id.value !== undefined && !singlePane.value) reader.open(active.id, 'passing');
  }

  return {
    goTo,
    step(by) {
      const active = list.active.value;
      const index = active ? active.index + by : 0;
      if (index < 0 || index >= list.total.value) return;
      goTo(index, reader.id.value !== undefined && singlePane.value ? 'open' : 'pass');
    },
    openActive() {
      const active = list.active.value;
      if (!active) return;
      selection.clear();
      goTo(active.index, 'open');
    },
    async nextUnread() {
      const after = list.active.value?.id ?? null;
      try {
        const index = await list.nextUnread(after);
        if (index === null) toasts.show(text.mail.allRead);
        else if (after === (list.active.value?.id ?? null)) {
          selection.clear();
          goTo(index, 'open');
        }
      } catch (error) {
        toasts.failed(error);
      }
    },
    async openMessage(id) {
      const mailbox = mailboxOf(id);
      awaited = undefined;
      selection.clear();
      list.deactivate();
      reader.open(id, 'now');
      const isStill = () => reader.id.value === id && !list.active.value;
      try {
        // A search that has found the message stays; else the whole mailbox is shown.
        let index = mailbox === list.mailbox.value ? await list.positionOf(id) : null;
        if (index === null && isStill()) {
          list.show(mailbox);
          await list.refresh();
          index = await list.positionOf(id);
        }
        if (index !== null && isStill()) list.activate({ id, index });
      } catch (error) {
        toasts.failed(error);
      }
    },
  };
}
