// The mailboxes of the Maildir in a fixed order: the usual ones first, then the folders by name.
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import type { Mailbox } from '../../../core/api/mail.ts';
import { text } from '../../text/en.ts';
import { coalesce } from '../coalesce.ts';
import type { Toasts } from '../toasts.ts';
import { type FolderNode, folderTree } from './folder-tree.ts';

type Role = NonNullable<Mailbox['role']>;

export interface Mailboxes {
  readonly all: ReadonlySignal<readonly Mailbox[]>;
  /** The usual mailboxes, with the folders in them. */
  readonly usual: ReadonlySignal<readonly FolderNode[]>;
  /** All other folders. */
  readonly folders: ReadonlySignal<readonly FolderNode[]>;
  byId(id: string): Mailbox | undefined;
  /** The mailbox that has a role, or the id that it gets when something is moved there. */
  idOf(role: Role): string;
}

/** The ids of the usual mailboxes before they exist. */
const usualIds: Record<Role, string> = {
  inbox: 'INBOX',
  drafts: 'Drafts',
  sent: 'Sent',
  archive: 'Archive',
  trash: 'Trash',
};

/** What to call a mailbox on screen: `Inbox`, `lists/qmail`. */
export function mailboxName(mailbox: Mailbox): string {
  return mailbox.role ? text.mail.roles[mailbox.role] : mailbox.path.join('/');
}

export function createMailboxes(api: Api, toasts: Toasts): Mailboxes {
  const all = signal<readonly Mailbox[]>([]);
  const tree = computed(() => folderTree(all.value));
  const load = coalesce(async () => {
    try {
      all.value = await api.call('mail.mailboxes', {});
    } catch (error) {
      toasts.failed(error);
    }
  });
  api.on('mail.changed', ({ mailboxes }) => {
    all.value = mailboxes;
  });
  api.onGap(load);
  load();

  return {
    all,
    usual: computed(() => tree.value.filter(({ mailbox }) => mailbox?.role)),
    folders: computed(() => tree.value.filter(({ mailbox }) => !mailbox?.role)),
    byId: id => all.value.find(mailbox => mailbox.id === id),
    idOf: role => all.value.find(mailbox => mailbox.role === role)?.id ?? usualIds[role],
  };
}
