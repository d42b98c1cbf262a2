// Writes and removes word files. A file that another program wrote after it was read here is not overwritten unasked.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import { ApiError } from '../../../core/api/errors.ts';
import type { StoredFile } from '../../../core/api/word-files.ts';
import { createOneAtATime } from '../one-at-a-time.ts';
import type { Toasts } from '../toasts.ts';
import type { WordFileCalls } from './word-file-calls.ts';
import type { WordFiles } from './word-files.ts';

export interface WordSaving {
  readonly busy: ReadonlySignal<boolean>;
  /** The file on screen was written by another program after it was read here. */
  readonly conflict: ReadonlySignal<boolean>;
  save(): Promise<void>;
  /** Ends a conflict: overwrites the file with what is on screen. */
  keepMine(): Promise<void>;
  /** Ends a conflict: shows the file as it is now. */
  loadTheirs(): void;
  /** Removes the file on screen, or gives it up if it is being made. */
  remove(): Promise<void>;
}

/** What a person is told. */
export interface WordSavingWords {
  saved(name: string): string;
  removed(name: string): string;
}

export interface WordSavingDeps {
  readonly calls: WordFileCalls;
  readonly toasts: Toasts;
  readonly files: WordFiles;
  readonly name: ReadonlySignal<string>;
  readonly words: WordSavingWords;
  /** A file was written or removed. */
  changed(): void;
}

export function createWordSaving({ calls, toasts, files, name, words, changed }: WordSavingDeps): WordSaving {
  const { busy, run } = createOneAtATime(toasts);
  const conflict = signal<{ readonly name: string; readonly file: StoredFile }>();

  async function attempt(act: () => Promise<void>): Promise<void> {
    if (name.value !== '') await run(act);
  }

  async function write(which: string, wanted: string, stamp: string): Promise<void> {
    const next = await calls.save(which, wanted, stamp);
    batch(() => {
      files.written(which, wanted, next);
      conflict.value = undefined;
    });
    changed();
  }

  /** @param stamp of the file that is to be replaced */
  async function save(which: string, wanted: string, stamp: string): Promise<void> {
    try {
      await write(which, wanted, stamp);
      toasts.show(words.saved(which));
    } catch (error) {
      if (!(error instanceof ApiError) || error.kind !== 'stale') throw error;
      conflict.value = { name: which, file: await calls.read(which) };
    }
  }

  async function removeFile(which: string): Promise<void> {
    const { text: lost } = await calls.read(which);
    await calls.remove(which);
    files.removed(which);
    changed();
    if (lost !== null) toasts.did(words.removed(which), () => void putBack(which, lost));
  }

  /** Also while another file is being saved. */
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
    if (lost !== undefined) toasts.did(words.removed(which), () => files.begin(which, lost));
  }

  return {
    busy,
    conflict: computed(() => conflict.value?.name === name.value),
    save: () => attempt(() => save(name.value, files.current.value, files.stamp())),
    keepMine: () => attempt(() => save(name.value, files.current.value, conflict.value?.file.stamp ?? '')),
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
      else await attempt(() => removeFile(name.value));
    },
  };
}
