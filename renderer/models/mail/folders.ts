// Folders in the window: shown, hidden, created, renamed and deleted.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import { ApiError } from '../../../core/api/errors.ts';
import { text } from '../../text/en.ts';
import type { Preferences } from '../preferences.ts';
import { failureText, type Toasts } from '../toasts.ts';
import { type FolderNode, mailboxesIn } from './folder-tree.ts';

/** The open question. `parent` undefined: the new folder is at the top. */
export type FolderQuestion =
  | { readonly kind: 'make'; readonly parent: FolderNode | undefined }
  | { readonly kind: 'change'; readonly node: FolderNode }
  | { readonly kind: 'remove'; readonly node: FolderNode };

export type Folders = ReturnType<typeof createFolders>;

export interface FoldersDeps {
  readonly api: Api;
  readonly toasts: Toasts;
  readonly preferences: Preferences;
  /** The mailbox whose messages are listed. */
  readonly shown: ReadonlySignal<string>;
  show(mailbox: string): void;
}

const closedName = 'folders.closed';

export function createFolders({ api, toasts, preferences, shown, show }: FoldersDeps) {
  const closed = signal<ReadonlySet<string>>(readClosed(preferences));
  const question = signal<FolderQuestion>();
  const typed = signal('');
  /** Why the host refused what was typed. */
  const wrong = signal<string>();
  const busy = signal(false);

  function ask(next: FolderQuestion | undefined): void {
    typed.value = next?.kind === 'change' ? (next.node.path.at(-1) ?? '') : '';
    wrong.value = undefined;
    question.value = next;
  }

  /** Does what was confirmed; a refusal is shown beside what was typed. */
  async function answer(work: () => Promise<void>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    try {
      await work();
      question.value = undefined;
    } catch (error) {
      if (!(error instanceof ApiError) || error.kind === 'bug') throw error;
      wrong.value = failureText(error);
    } finally {
      busy.value = false;
    }
  }

  function toggle(id: string): void {
    const next = new Set(closed.value);
    if (!next.delete(id)) next.add(id);
    closed.value = next;
    preferences.set(closedName, JSON.stringify([...next]));
  }

  const isShown = (node: FolderNode): boolean => mailboxesIn(node).some(mailbox => mailbox.id === shown.value);

  async function remove(node: FolderNode): Promise<void> {
    const name = node.path.join('/');
    const wasShown = isShown(node);
    const { trashed } = await api.call('mail.removeFolder', { id: node.id });
    if (wasShown) show('INBOX');
    toasts.show(text.folders.removed(name, trashed));
  }

  return {
    question: question as ReadonlySignal<FolderQuestion | undefined>,
    typed,
    wrong: wrong as ReadonlySignal<string | undefined>,
    busy: busy as ReadonlySignal<boolean>,
    isOpen: (id: string) => !closed.value.has(id),
    toggle,
    ask,
    make: (parent: FolderNode | undefined) =>
      answer(async () => {
        const name = typed.value.trim();
        const { id } = await api.call('mail.makeFolder', { parent: parent?.id ?? '', name });
        if (parent && closed.value.has(parent.id)) toggle(parent.id);
        show(id);
        toasts.show(text.folders.made(name));
      }),
    rename: (node: FolderNode) =>
      answer(async () => {
        const name = typed.value.trim();
        const wasShown = shown.value === node.id;
        const { id } = await api.call('mail.renameFolder', { id: node.id, name });
        if (wasShown) show(id);
        else if (isShown(node)) show('INBOX');
        toasts.show(text.folders.renamed(name));
      }),
    /** Asks again when there is mail in the folder. */
    askToRemove(node: FolderNode) {
      if (mailboxesIn(node).some(({ total }) => total > 0) || node.children.length > 0) ask({ kind: 'remove', node });
      else void answer(() => remove(node));
    },
    remove: (node: FolderNode) => answer(() => remove(node)),
  };
}

function readClosed(preferences: Preferences): ReadonlySet<string> {
  try {
    const kept: unknown = JSON.parse(preferences.get(closedName) ?? '[]');
    return new Set(Array.isArray(kept) ? kept.filter(id => typeof id === 'string') : []);
  } catch {
    return new Set();
  }
}
