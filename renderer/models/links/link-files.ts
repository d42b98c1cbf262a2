// The files of links as the host has them, what was typed into them and not saved, and links that are being made and have no file.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Reply } from '../../../core/api/contract.ts';
import type { LinkStatus } from '../../../core/api/links.ts';
import { createTextEdits, type TextEdits } from '../text-edits.ts';

/** A file as the host has it. */
export type StoredFile = Reply<'links.file'>;

export interface LinkFiles {
  /** The links of the host, and those that are being made. */
  readonly names: ReadonlySignal<readonly string[]>;
  /** The link on screen is being made: there is no file yet. */
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
  /** The file was written: the link is no longer being made, and this text no longer an edit. */
  written(name: string, text: string, stamp: string): void;
  /** The file was removed. */
  removed(name: string): void;
  /** A link is being made. @param text what was typed already */
  begin(name: string, text?: string): void;
  /** Gives up what was typed, and the link if it is only being made. */
  forget(name: string): void;
}

export interface LinkFilesDeps {
  readonly all: ReadonlySignal<readonly LinkStatus[] | undefined>;
  /** The link on screen; '': none is. */
  readonly name: ReadonlySignal<string>;
}

export function createLinkFiles({ all, name }: LinkFilesDeps): LinkFiles {
  const edits = createTextEdits();
  const stored = signal<ReadonlyMap<string, StoredFile>>(new Map());
  /** Links that are being made. */
  const fresh = signal<readonly string[]>([]);
  const names = computed(() => {
    const known = all.value?.map(link => link.name) ?? [];
    return [...known, ...fresh.value.filter(each => !known.includes(each))];
  });
  const isFresh = computed(() => fresh.value.includes(name.value));
  const saved = computed(() => stored.value.get(name.value)?.text ?? '');

  function set(which: string, file: StoredFile): void {
    stored.value = new Map(stored.value).set(which, file);
  }

  function end(which: string): void {
    fresh.value = fresh.value.filter(each => each !== which);
  }

  return {
    names,
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
        end(which);
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
        fresh.value = [...fresh.value, which];
        if (text !== undefined) edits.set(which, text);
      });
    },
    forget(which) {
      batch(() => {
        end(which);
        edits.forget(which);
      });
    },
  };
}
