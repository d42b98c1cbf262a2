// Word files as the host has them, what was typed into them and not saved, and files that are being made.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { StoredFile } from '../../../core/api/word-files.ts';
import { createTextEdits, type TextEdits } from '../text-edits.ts';
import type { WordNames } from './word-names.ts';

export interface WordFiles {
  /** The file on screen is being made: there is none on disk yet. */
  readonly isFresh: ReadonlySignal<boolean>;
  readonly loaded: ReadonlySignal<boolean>;
  /** What the file on screen says on disk. */
  readonly saved: ReadonlySignal<string>;
  /** The text on screen: what was typed, else what the file says. */
  readonly current: ReadonlySignal<string>;
  readonly changed: ReadonlySignal<boolean>;
  readonly edits: TextEdits;
  /** Which state of the file on screen was read; '': there is no file. */
  stamp(): string;
  /** The host has this file. */
  set(name: string, file: StoredFile): void;
  /** The file was written: it is no longer being made, and this text no longer an edit. */
  written(name: string, text: string, stamp: string): void;
  /** The file was removed. */
  removed(name: string): void;
  /** A file is being made. @param text what was typed already */
  begin(name: string, text?: string): void;
  /** Gives up what was typed, and the file if it is only being made. */
  forget(name: string): void;
}

export interface WordFilesDeps {
  readonly names: WordNames;
  /** The file on screen; '': none is. */
  readonly name: ReadonlySignal<string>;
}

export function createWordFiles({ names, name }: WordFilesDeps): WordFiles {
  const edits = createTextEdits();
  const stored = signal<ReadonlyMap<string, StoredFile>>(new Map());
  const isFresh = computed(() => names.isFresh(name.value));
  const saved = computed(() => stored.value.get(name.value)?.text ?? '');

  function set(which: string, file: StoredFile): void {
    stored.value = new Map(stored.value).set(which, file);
  }

  return {
    isFresh,
    loaded: computed(() => isFresh.value || stored.value.has(name.value)),
    saved,
    current: computed(() => edits.all.value.get(name.value) ?? saved.value),
    changed: computed(() => isFresh.value || edits.all.value.has(name.value)),
    edits,
    stamp: () => (isFresh.value ? '' : (stored.value.get(name.value)?.stamp ?? '')),
    set,
    written(which, text, stamp) {
      batch(() => {
        set(which, { text, stamp });
        names.end(which);
        if (edits.all.value.get(which) === text) edits.forget(which);
      });
    },
    removed(which) {
      batch(() => {
        stored.value = new Map([...stored.value].filter(([each]) => each !== which));
        edits.forget(which);
      });
    },
    begin(which, text) {
      batch(() => {
        names.begin(which);
        if (text !== undefined) edits.set(which, text);
      });
    },
    forget(which) {
      batch(() => {
        names.end(which);
        edits.forget(which);
      });
    },
  };
}
