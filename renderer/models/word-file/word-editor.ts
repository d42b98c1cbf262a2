// The editor of word files: the text on screen, which the form and the text field both change, and what the host says of it.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { WordHelp } from '../../../core/api/word-files.ts';
import { text } from '../../text/en.ts';
import type { Timers } from '../timers.ts';
import type { Toasts } from '../toasts.ts';
import { createWordCheck } from './word-check.ts';
import type { WordFileCalls } from './word-file-calls.ts';
import { withValues } from './word-file-text.ts';
import { createWordFiles } from './word-files.ts';
import type { WordNames } from './word-names.ts';
import { createWordSaving, type WordSavingWords } from './word-saving.ts';

export type WordEditor<Word extends string> = ReturnType<typeof createWordEditor<Word>>;

/** What links and accounts differ in. */
export interface WordFileKind<Word extends string> {
  readonly calls: WordFileCalls;
  /** All words, as a new file has them. */
  readonly order: readonly Word[];
  readonly nameForm: RegExp;
  readonly words: {
    readonly make: { readonly invalid: string; readonly exists: string };
    readonly did: WordSavingWords;
  };
}

export interface WordEditorDeps {
  readonly timers: Timers;
  readonly toasts: Toasts;
  readonly names: WordNames;
  /** The file on screen; '': none is. */
  readonly name: ReadonlySignal<string>;
  /** A file was written or removed. */
  saved(): void;
}

export function createWordEditor<Word extends string>(
  { calls, order, nameForm, words: says }: WordFileKind<Word>,
  { timers, toasts, names, name, saved }: WordEditorDeps,
) {
  const files = createWordFiles({ names, name });
  const { isFresh, loaded, current, changed, edits } = files;
  const check = createWordCheck({ calls, timers, toasts, files, name });
  const saving = createWordSaving({ calls, toasts, files, name, words: says.did, changed: saved });
  const help = signal<ReadonlyMap<string, WordHelp>>(new Map());

  async function loadHelp(): Promise<void> {
    if (help.value.size > 0) return;
    const words = await calls.words();
    help.value = new Map(words.map(each => [each.word, each]));
  }

  function edit(next: string): void {
    if (next === files.saved.value && !isFresh.value) edits.forget(name.value);
    else edits.set(name.value, next);
    check.touch();
  }

  return {
    ...saving,
    isFresh,
    loaded,
    current,
    changed,
    edits: edits.all,
    checking: check.checking,
    problems: check.problems,
    /** What the host says about each word of a file. */
    help: help as ReadonlySignal<ReadonlyMap<string, WordHelp>>,
    /** Reads the file on screen, unless it is being edited. */
    async load(): Promise<void> {
      await loadHelp();
      const which = name.value;
      if (which === '' || isFresh.value || edits.all.value.has(which)) return;
      const file = await calls.read(which);
      if (file.text !== null) files.set(which, file);
    },
    edit,
    /** Gives a word of the file these values. */
    set: (word: Word, values: readonly string[]) => edit(withValues(current.value, word, values, order)),
    revert(): void {
      const which = name.value;
      const lost = edits.all.value.get(which);
      if (isFresh.value || lost === undefined) return;
      edits.forget(which);
      check.touch();
      toasts.did(text.wordFile.reverted, () => {
        edits.set(which, lost);
        check.touch();
      });
    },
    /** @returns what is wrong with the name, if anything */
    add(which: string): string | undefined {
      if (!nameForm.test(which)) return says.make.invalid;
      if (names.all.value.includes(which)) return says.make.exists;
      files.begin(which);
      loadHelp().catch(toasts.failed);
      return undefined;
    },
  };
}
