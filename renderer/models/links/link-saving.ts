// Writes and removes link files. A file that another program wrote after it was read here is not overwritten unasked.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import { ApiError } from '../../../core/api/errors.ts';
import { text } from '../../text/en.ts';
import type { Toasts } from '../toasts.ts';
import type { LinkFiles, StoredFile } from './link-files.ts';

export interface LinkSaving {
  readonly busy: ReadonlySignal<boolean>;
  /** The file on screen was written by another program after it was read here. */
  readonly conflict: ReadonlySignal<boolean>;
  save(): Promise<void>;
  /** Ends a conflict: overwrites the file with what is on screen. */
  keepMine(): Promise<void>;
  /** Ends a conflict: shows the file as it is now. */
  loadTheirs(): void;
  /** Removes the link on screen, or gives it up if it is being made. */
  remove(): Promise<void>;
}

export interface LinkSavingDeps {
  readonly api: Api;
  readonly toasts: Toasts;
  readonly files: LinkFiles;
  readonly name: ReadonlySignal<string>;
  /** The list of links has changed. */
  changed(): void;
}

export function createLinkSaving({ api, toasts, files, name, changed }: LinkSavingDeps): LinkSaving {
  const busy = signal(false);
  const conflict = signal<{ readonly name: string; readonly file: StoredFile }>();

  async function write(which: string, wanted: string, stamp: string): Promise<void> {
    const saved = await api.call('links.save', { name: which, text: wanted, stamp });
    batch(() => {
      files.written(which, wanted, saved.stamp);
      conflict.value = undefined;
    });
    changed();
  }

  /** @param stamp of the file that is to be replaced */
  async function save(stamp: string): Promise<void> {
    const which = name.value;
    const wanted = files.current.value;
    if (busy.value || which === '') return;
    busy.value = true;
    try {
      await write(which, wanted, stamp);
      toasts.show(text.links.did.saved(which));
    } catch (error) {
      if (error instanceof ApiError && error.kind === 'stale') await showConflict(which);
      else toasts.failed(error);
    } finally {
      busy.value = false;
    }
  }

  async function showConflict(which: string): Promise<void> {
    try {
      conflict.value = { name: which, file: await api.call('links.file', { name: which }) };
    } catch (error) {
      toasts.failed(error);
    }
  }

  async function removeFile(which: string): Promise<void> {
    busy.value = true;
    try {
      const { text: lost } = await api.call('links.file', { name: which });
      await api.call('links.remove', { name: which });
      files.removed(which);
      changed();
      if (lost !== null) toasts.did(text.links.did.removed(which), () => void putBack(which, lost));
    } catch (error) {
      toasts.failed(error);
    } finally {
      busy.value = false;
    }
  }

  async function putBack(which: string, lost: string): Promise<void> {
    try {
      await write(which, lost, '');
    } catch (error) {
      toasts.failed(error);
    }
  }

  function giveUp(which: string): void {
    const lost = files.edits.all.value.get(which);
    files.forget(which);
    changed();
    if (lost !== undefined) toasts.did(text.links.did.removed(which), () => files.begin(which, lost));
  }

  return {
    busy,
    conflict: computed(() => conflict.value?.name === name.value),
    save: () => save(files.stamp()),
    keepMine: () => save(conflict.value?.file.stamp ?? ''),
    loadTheirs() {
      const theirs = conflict.value;
      if (!theirs) return;
      batch(() => {
        files.set(theirs.name, theirs.file);
        files.forget(theirs.name);
        conflict.value = undefined;
      });
    },
    async remove() {
      if (files.isFresh.value) giveUp(name.value);
      else await removeFile(name.value);
    },
  };
}
