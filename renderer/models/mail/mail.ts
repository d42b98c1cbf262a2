// The mail place: mailboxes, one list, one open message, and how they follow each other.
import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import { mailboxOf } from '../../../core/api/mail.ts';
import { text } from '../../text/en.ts';
import type { Preferences } from '../preferences.ts';
import type { Timers } from '../timers.ts';
import type { Toasts } from '../toasts.ts';
import { createFolders, type Folders } from './folders.ts';
import { indexOf, type LoadedRows, neighbour } from './loaded-rows.ts';
import { createMailboxes, type Mailboxes } from './mailboxes.ts';
import { type ActionDeps, createMessageActions, type MessageActions } from './message-actions.ts';
import { createMessageList, type MessageList } from './message-list.ts';
import { createReader, type Reader } from './reader.ts';

type How = 'open' | 'pass' | 'extend';

export interface MailModel {
  readonly mailboxes: Mailboxes;
  readonly folders: Folders;
  readonly list: MessageList;
  readonly reader: Reader;
  readonly actions: MessageActions;
  /** Below 1000 px: the mailbox column is shown over the list. */
  readonly drawer: ReadonlySignal<boolean>;
  showDrawer(open: boolean): void;
  /** The messages whose rows are being dragged. */
  readonly dragged: ReadonlySignal<readonly string[]>;
  drag(ids: readonly string[]): void;
  /** True where there is room for either the list or the reader. */
  readonly singlePane: ReadonlySignal<boolean>;
  showMailbox(id: string): void;
  /**
   * Makes a row active; `open` shows its message for good, `pass` only when there is room beside the list, `extend` selects
   * what lies between.
   */
  goTo(index: number, how: How): void;
  step(by: number): void;
  openActive(): void;
  /** Opens the next unread message of the list. */
  nextUnread(): Promise<void>;
  /** Opens a message by its id, wherever it is. */
  openMessage(id: string): Promise<void>;
  /** What a key acts on. */
  targets(): readonly string[];
  closeMessage(): void;
}

export interface MailDeps {
  readonly api: Api;
  readonly timers: Timers;
  readonly toasts: Toasts;
  readonly preferences: Preferences;
  readonly singlePane: ReadonlySignal<boolean>;
  readonly closeDraftAmong: ActionDeps['closeDraftAmong'];
}

export function createMailModel({
  api,
  timers,
  toasts,
  preferences,
  singlePane,
  closeDraftAmong,
}: MailDeps): MailModel {
  const mailboxes = createMailboxes(api, toasts);
  const list = createMessageList({ api, timers, toasts, preferences });
  const drawer = signal(false);
  const dragged = signal<readonly string[]>([]);
  /** What to go to as soon as its row is there. */
  let awaited: { index: number; how: How } | undefined;
  const actions: MessageActions = createMessageActions({
    api,
    list,
    mailboxes,
    toasts,
    reader: () => reader,
    targets,
    closeDraftAmong,
    leaving: followOn,
  });
  const reader: Reader = createReader({ api, timers, toasts, preferences, markSeen: actions.markSeen });

  /** What a key acts on: the selected messages, else the active row, else the open message, which may have no row here. */
  function targets(): readonly string[] {
    const selected = list.selection.ids.value;
    if (selected.size > 0) return [...selected];
    const one = list.active.value?.id ?? reader.id.value;
    return one === undefined ? [] : [one];
  }

  function followOn(ids: ReadonlySet<string>): () => void {
    const before = { active: list.active.value, open: reader.id.value };
    goOn(ids);
    const after = { active: list.active.value?.id, open: reader.id.value };
    return () => {
      // Whoever went on to another message meanwhile stays there.
      if (list.active.value?.id !== after.active || reader.id.value !== after.open) return;
      if (before.active) list.activate(before.active);
      if (before.open !== undefined) reader.open(before.open, 'now');
    };
  }

  function goOn(ids: ReadonlySet<string>): void {
    const active = list.active.value;
    const next = active && ids.has(active.id) ? nextAfter(active.index, ids) : undefined;
    if (active && ids.has(active.id)) {
      if (next) list.activate(next);
      else list.deactivate();
    }
    const open = reader.id.value;
    if (open === undefined || !ids.has(open)) return;
    // After several nothing opens by itself: it would count as read.
    if (next && ids.size === 1 && !singlePane.value) reader.open(next.id, 'passing');
    else reader.close();
  }

  /** The neighbour of those that leave, where it will be then. */
  function nextAfter(activeIndex: number, leaving: ReadonlySet<string>) {
    const rows = list.rows.value;
    const next = neighbour(rows, activeIndex, leaving);
    if (!next) return undefined;
    const index = indexOf(rows, next.id) ?? 0;
    const goneAbove = [...rows].filter(([at, row]) => at < index && leaving.has(row.id)).length;
    return { id: next.id, index: index - goneAbove };
  }

  function goTo(index: number, how: How): void {
    const row = list.rows.value.get(index);
    awaited = row ? undefined : { index, how };
    if (!row) {
      list.want(index, index);
      return;
    }
    list.activate({ id: row.id, index });
    if (how === 'extend') void list.selection.extendTo(row.id);
    else list.selection.begin(row.id);
    // With several selected the reader is about all of them.
    if (list.selection.ids.value.size > 0) return;
    if (how === 'open') reader.open(row.id, 'now');
    else if (how === 'pass' && !singlePane.value) reader.open(row.id, 'passing');
  }

  effect(() => {
    const rows = list.rows.value;
    untracked(() => arrive(rows));
  });

  function arrive(rows: LoadedRows): void {
    if (awaited && rows.has(awaited.index)) goTo(awaited.index, awaited.how);
    // The row of the open message, as soon as it is there.
    const open = reader.id.value;
    if (open === undefined || list.active.value) return;
    const index = indexOf(rows, open);
    if (index !== undefined) list.activate({ id: open, index, quiet: true });
  }

  // What was active when the last selected message was given back is what the reader shows again.
  let selecting = false;
  effect(() => {
    const was = selecting;
    selecting = list.selection.ids.value.size > 0;
    if (was && !selecting) untracked(readActive);
  });

  function readActive(): void {
    const active = list.active.value;
    if (active && reader.id.value !== undefined && !singlePane.value) reader.open(active.id, 'passing');
  }

  async function nextUnread(): Promise<void> {
    const after = list.active.value?.id ?? null;
    try {
      const index = await list.nextUnread(after);
      if (index === null) toasts.show(text.mail.allRead);
      else if (after === (list.active.value?.id ?? null)) {
        list.selection.clear();
        goTo(index, 'open');
      }
    } catch (error) {
      toasts.failed(error);
    }
  }

  async function openMessage(id: string): Promise<void> {
    const mailbox = mailboxOf(id);
    awaited = undefined;
    list.selection.clear();
    list.deactivate();
    reader.open(id, 'now');
    const isStill = () => reader.id.value === id && !list.active.value;
    try {
      // A search that has the message stays; else the whole mailbox is shown.
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
  }

  function showMailbox(id: string): void {
    drawer.value = false;
    reader.close();
    list.show(id);
  }

  return {
    mailboxes,
    folders: createFolders({ api, toasts, preferences, shown: list.mailbox, show: showMailbox }),
    list,
    reader,
    actions,
    drawer,
    singlePane,
    showDrawer(open) {
      drawer.value = open;
    },
    dragged,
    drag(ids) {
      dragged.value = ids;
    },
    showMailbox,
    goTo,
    nextUnread,
    step(by) {
      const active = list.active.value;
      const index = active ? active.index + by : 0;
      if (index < 0 || index >= list.total.value) return;
      goTo(index, reader.id.value !== undefined && singlePane.value ? 'open' : 'pass');
    },
    openActive() {
      const active = list.active.value;
      if (!active) return;
      list.selection.clear();
      goTo(active.index, 'open');
    },
    openMessage,
    targets,
    closeMessage() {
      reader.close();
    },
  };
}
