// The files of links in the window: the text on screen, which the form and the text field both edit, what is wrong with it by
// the host's word, and links that are being made and have no file yet.

import { batch, computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import type { Api, Reply } from '../../../core/api/contract.ts';
import { ApiError } from '../../../core/api/errors.ts';
import { linkName } from '../../../core/api/link-grammar.ts';
import type { LinkStatus, LinkWordWords } from '../../../core/api/links.ts';
import { text } from '../../text/en.ts';
import { createTextEdits } from '../text-edits.ts';
import { debounce, type Timers } from '../timers.ts';
import type { Toasts } from '../toasts.ts';
import { type FieldWord, fieldWords } from './link-fields.ts';
import { withValues } from './link-file-text.ts';

export type LinkEditor = ReturnType<typeof createLinkEditor>;
export type LinkProblem = Reply<'links.check'>['problems'][number];

type StoredFile = Reply<'links.file'>;

export interface LinkEditorDeps {
  readonly api: Api;
  readonly timers: Timers;
  readonly toasts: Toasts;
  readonly all: ReadonlySignal<readonly LinkStatus[] | undefined>;
  /** The link on screen; '': none is. */
  readonly name: ReadonlySignal<string>;
  /** A file was written or removed. */
  saved(): void;
}

const typingPauseMs = 200;

export function createLinkEditor({ api, timers, toasts, all, name, saved: written }: LinkEditorDeps) {
  const edits = createTextEdits();
  /** As the host has them. */
  const files = signal<ReadonlyMap<string, StoredFile>>(new Map());
  /** Links that were started here and are not saved. */
  const fresh = signal<readonly string[]>([]);
  const problems = signal<readonly LinkProblem[]>([]);
  /** The text that the problems are of. */
  const checked = signal('');
  /** The file that another program wrote meanwhile. */
  const conflict = signal<{ readonly name: string; readonly file: StoredFile }>();
  const words = signal<ReadonlyMap<string, LinkWordWords>>(new Map());
  const busy = signal(false);

  const names = computed(() => {
    const known = all.value?.map(link => link.name) ?? [];
    return [...known, ...fresh.value.filter(each => !known.includes(each))];
  });
  const isFresh = computed(() => fresh.value.includes(name.value));
  const savedText = computed(() => files.value.get(name.value)?.text ?? '');
  const loaded = computed(() => isFresh.value || files.value.has(name.value));
  const current = computed(() => edits.all.value.get(name.value) ?? savedText.value);
  const changed = computed(() => isFresh.value || edits.all.value.has(name.value));
  const typed = debounce(timers, () => void check(), typingPauseMs);

  async function check(): Promise<void> {
    const asked = { name: name.value, text: current.value };
    // An empty file is not wrong yet.
    if (asked.text.trim() === '') {
      problems.value = [];
      return;
    }
    try {
      const answer = await api.call('links.check', asked);
      if (asked.name === name.value && asked.text === current.value) {
        batch(() => {
          problems.value = answer.problems;
          checked.value = asked.text;
        });
      }
    } catch (error) {
      toasts.failed(error);
    }
  }

  /** Another file on screen is checked at once. */
  effect(() => {
    const file = loaded.value ? name.value : '';
    const isFile = savedText.value;
    untracked(() => {
      if (file === '') problems.value = [];
      else if (isFile === current.value || isFresh.value) void check();
      else typed.touch();
    });
  });

  function setFile(which: string, file: StoredFile): void {
    files.value = new Map(files.value).set(which, file);
  }

  function edit(next: string): void {
    if (next === savedText.value && !isFresh.value) edits.forget(name.value);
    else edits.set(name.value, next);
    typed.touch();
  }

  async function loadWords(): Promise<void> {
    if (words.value.size > 0) return;
    const answer = await api.call('links.words', {});
    words.value = new Map(answer.words.map(word => [word.word, word]));
  }

  async function write(which: string, wanted: string, stamp: string): Promise<void> {
    const saved = await api.call('links.save', { name: which, text: wanted, stamp });
    batch(() => {
      setFile(which, { text: wanted, stamp: saved.stamp });
      fresh.value = fresh.value.filter(each => each !== which);
      if (edits.all.value.get(which) === wanted) edits.forget(which);
      conflict.value = undefined;
    });
    written();
  }

  /** @param stamp of the file that is to be replaced */
  async function save(stamp: string): Promise<void> {
    const which = name.value;
    const wanted = current.value;
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

  /** Of a link that is being made there is no file. */
  const stampOf = (which: string) => (isFresh.value ? '' : (files.value.get(which)?.stamp ?? ''));

  async function putBack(which: string, lost: string): Promise<void> {
    try {
      await write(which, lost, '');
    } catch (error) {
      toasts.failed(error);
    }
  }

  function forget(which: string): void {
    batch(() => {
      fresh.value = fresh.value.filter(each => each !== which);
      edits.forget(which);
    });
  }

  return {
    names,
    /** It is being made: there is no file yet. */
    isFresh,
    loaded,
    /** The text on screen. */
    current,
    changed,
    edits: edits.all,
    /** The host has not said yet whether the text on screen is right. */
    checking: computed(() => checked.value !== current.value),
    problems: problems as ReadonlySignal<readonly LinkProblem[]>,
    /** The file on screen was written by another program after it was read here. */
    conflict: computed(() => conflict.value?.name === name.value),
    /** What the host says about each word of a file. */
    words: words as ReadonlySignal<ReadonlyMap<string, LinkWordWords>>,
    busy: busy as ReadonlySignal<boolean>,
    /** Reads the file on screen, unless it is being edited. */
    async load(): Promise<void> {
      await loadWords();
      const which = name.value;
      if (which === '' || isFresh.value || edits.all.value.has(which)) return;
      const file = await api.call('links.file', { name: which });
      if (file.text !== null) setFile(which, file);
    },
    edit,
    /** Gives a word of the file these values. */
    set: (word: FieldWord, values: readonly string[]) => edit(withValues(current.value, word, values, fieldWords)),
    save: () => save(stampOf(name.value)),
    keepMine: () => save(conflict.value?.file.stamp ?? ''),
    loadTheirs(): void {
      const theirs = conflict.value;
      if (!theirs) return;
      batch(() => {
        setFile(theirs.name, theirs.file);
        forget(theirs.name);
        conflict.value = undefined;
      });
    },
    revert(): void {
      const which = name.value;
      const lost = edits.all.value.get(which);
      if (isFresh.value || lost === undefined) return;
      edits.forget(which);
      toasts.did(text.links.did.reverted, () => edits.set(which, lost));
    },
    /** @returns what is wrong with the name, if anything */
    add(which: string): string | undefined {
      if (!linkName.test(which)) return text.links.make.invalid;
      if (names.value.includes(which)) return text.links.make.exists;
      fresh.value = [...fresh.value, which];
      loadWords().catch(toasts.failed);
      return undefined;
    },
    async remove(): Promise<void> {
      const which = name.value;
      if (isFresh.value) {
        const lost = edits.all.value.get(which);
        forget(which);
        written();
        if (lost === undefined) return;
        toasts.did(text.links.did.removed(which), () => {
          batch(() => {
            fresh.value = [...fresh.value, which];
            edits.set(which, lost);
          });
        });
        return;
      }
      busy.value = true;
      try {
        const { text: lost } = await api.call('links.file', { name: which });
        await api.call('links.remove', { name: which });
        batch(() => {
          files.value = new Map([...files.value].filter(([each]) => each !== which));
          edits.forget(which);
        });
        written();
        if (lost !== null) toasts.did(text.links.did.removed(which), () => void putBack(which, lost));
      } catch (error) {
        toasts.failed(error);
      } finally {
        busy.value = false;
      }
    },
  };
}
