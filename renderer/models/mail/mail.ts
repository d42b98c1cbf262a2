// The mail place: its mailboxes, its list, its open message, and what is done to messages.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import type { Preferences } from '../preferences.ts';
import type { Timers } from '../timers.ts';
import type { Toasts } from '../toasts.ts';
import { createFolders, type Folders } from './folders.ts';
import { createFollowOn } from './follow-on.ts';
import { createMailboxes, type Mailboxes } from './mailboxes.ts';
import { type ActionDeps, createMessageActions, type MessageActions } from './message-actions.ts';
import { createMessageList, type MessageList } from './message-list.ts';
import { createNavigation, type Navigation } from './navigation.ts';
import { createReader, type Reader } from './reader.ts';

export interface MailModel extends Navigation {
  readonly mailboxes: Mailboxes;
  readonly folders: Folders;
  readonly list: MessageList;
  readonly reader: Reader;
  readonly actions: MessageActions;
  /** Below 1000 px: the mailboxes are shown over the list. */
  readonly drawer: ReadonlySignal<boolean>;
  showDrawer(open: boolean): void;
  /** The messages whose rows are being dragged. */
  readonly dragged: ReadonlySignal<readonly string[]>;
  drag(ids: readonly string[]): void;
  /** True where there is room for either the list or the reader. */
  readonly singlePane: ReadonlySignal<boolean>;
  showMailbox(id: string): void;
  /** The messages that a key acts on. */
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

export function createMailModel(deps: MailDeps): MailModel {
  const { api, timers, toasts, preferences, singlePane, closeDraftAmong } = deps;
  const mailboxes = createMailboxes(api, toasts);
  const list = createMessageList({ api, timers, toasts, preferences });
  const drawer = signal(false);
  const dragged = signal<readonly string[]>([]);
  const leaving = createFollowOn({ list, reader: () => reader, isSinglePane: () => singlePane.value });
  const actions: MessageActions = createMessageActions({
    api,
    list,
    mailboxes,
    toasts,
    reader: () => reader,
    targets,
    closeDraftAmong,
    leaving,
  });
  const reader: Reader = createReader({ api, timers, toasts, preferences, markSeen: actions.markSeen });
  const navigation = createNavigation({ list, reader, toasts, singlePane });

  /** The selected messages, else the active row, else the open message, which may have no row in this list. */
  function targets(): readonly string[] {
    const selected = list.selection.ids.value;
    if (selected.size > 0) return [...selected];
    const one = list.active.value?.id ?? reader.id.value;
    return one === undefined ? [] : [one];
  }

  function showMailbox(id: string): void {
    drawer.value = false;
    reader.close();
    list.show(id);
  }

  return {
    ...navigation,
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
    targets,
    closeMessage: reader.close,
  };
}
