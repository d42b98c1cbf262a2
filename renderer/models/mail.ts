// The mail place: mailboxes, one list, one open message, and how they follow each other.
import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import type { Api } from '../../core/api/contract.ts';
import { mailboxOf } from '../../core/api/mail.ts';
import { createMailboxes, type Mailboxes } from './mailboxes.ts';
import { type ActionDeps, createMessageActions, type MessageActions } from './message-actions.ts';
import { createMessageList, type MessageList } from './message-list.ts';
import { indexOf, neighbour, type Rows } from './message-rows.ts';
import type { Preferences } from './preferences.ts';
import { createReader, type Reader } from './reader.ts';
import type { Timers } from './timers.ts';
import type { Toasts } from './toasts.ts';

export interface MailModel {
  readonly mailboxes: Mailboxes;
  readonly list: MessageList;
  readonly reader: Reader;
  readonly actions: MessageActions;
  /** Below 1000 px: the mailbox column is shown over the list. */
  readonly drawer: ReadonlySignal<boolean>;
  showDrawer(open: boolean): void;
  /** The messages whose rows are being dragged. */
  readonly dragged: ReadonlySignal<readonly string[]>;
  drag(ids: readonly string[]): void;
  /** True where list and reader take turns. */
  readonly turns: ReadonlySignal<boolean>;
  showMailbox(id: string): void;
  /** Makes a row active; `open` shows its message for good, `pass` only when there is room beside the list. */
  goTo(index: number, how: 'open' | 'pass'): void;
  step(by: number): void;
  openActive(): void;
  /** Opens a message by its id, wherever it is. */
  openMessage(id: string): void;
  closeMessage(): void;
}

export interface MailDeps {
  readonly api: Api;
  readonly timers: Timers;
  readonly toasts: Toasts;
  readonly preferences: Preferences;
  readonly turns: ReadonlySignal<boolean>;
  readonly letGo: ActionDeps['letGo'];
}

export function createMailModel({ api, timers, toasts, preferences, turns, letGo }: MailDeps): MailModel {
  const mailboxes = createMailboxes(api, toasts);
  const list = createMessageList(api, timers, toasts);
  const drawer = signal(false);
  const dragged = signal<readonly string[]>([]);
  /** What to go to as soon as its row is there. */
  let awaited: { id: string } | { index: number; how: 'open' | 'pass' } | undefined;
  const actions: MessageActions = createMessageActions({
    api,
    list,
    mailboxes,
    toasts,
    reader: () => reader,
    letGo,
    leaving: followOn,
  });
  const reader: Reader = createReader({ api, timers, toasts, preferences, markSeen: actions.markSeen });

  function followOn(ids: ReadonlySet<string>): void {
    const active = list.active.value;
    if (!active || !ids.has(active.id)) return;
    const next = neighbour(list.rows.value, active.index, ids);
    if (!next) {
      list.deactivate();
      reader.close();
      return;
    }
    const index = indexOf(list.rows.value, next.id) ?? 0;
    const goneAbove = [...list.rows.value].filter(([at, row]) => at < index && ids.has(row.id)).length;
    list.activate(next, index - goneAbove);
    if (turns.value) reader.close();
    else reader.open(next.id, 'passing');
  }

  function goTo(index: number, how: 'open' | 'pass'): void {
    const row = list.rows.value.get(index);
    awaited = row ? undefined : { index, how };
    if (!row) {
      list.want(index, index);
      return;
    }
    list.activate(row, index);
    if (how === 'open') reader.open(row.id, 'now');
    else if (!turns.value) reader.open(row.id, 'passing');
  }

  effect(() => {
    const rows = list.rows.value;
    untracked(() => arrive(rows));
  });

  function arrive(rows: Rows): void {
    keepFlags(rows);
    if (!awaited) return;
    const index = 'id' in awaited ? indexOf(rows, awaited.id) : awaited.index;
    const row = index === undefined ? undefined : rows.get(index);
    if (index === undefined || !row) return;
    if ('how' in awaited) goTo(index, awaited.how);
    else list.activate(row, index);
    awaited = undefined;
  }

  /** Flags of the open message that were changed elsewhere. */
  function keepFlags(rows: Rows): void {
    const shown = reader.message.value;
    const index = shown && indexOf(rows, shown.id);
    const flags = index === undefined ? undefined : rows.get(index)?.flags;
    if (shown && flags && flags.join() !== shown.flags.join()) reader.foresee(new Set([shown.id]), () => [...flags]);
  }

  return {
    mailboxes,
    list,
    reader,
    actions,
    drawer,
    turns,
    showDrawer(open) {
      drawer.value = open;
    },
    dragged,
    drag(ids) {
      dragged.value = ids;
    },
    showMailbox(id) {
      drawer.value = false;
      reader.close();
      list.show(id);
    },
    goTo,
    step(by) {
      const active = list.active.value;
      const index = active ? active.index + by : 0;
      if (index < 0 || index >= list.total.value) return;
      goTo(index, reader.id.value !== undefined && turns.value ? 'open' : 'pass');
    },
    openActive() {
      const active = list.active.value;
      if (active) goTo(active.index, 'open');
    },
    openMessage(id) {
      const mailbox = mailboxOf(id);
      awaited = { id };
      if (mailbox !== list.mailbox.value) list.show(mailbox);
      else list.refresh();
      reader.open(id, 'now');
    },
    closeMessage() {
      reader.close();
    },
  };
}
