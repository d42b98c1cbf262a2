// The editor of link files: the text on screen, which the form and the text field both change, and what the host says of it.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import { linkName } from '../../../core/api/link-grammar.ts';
import type { LinkStatus, LinkWordWords } from '../../../core/api/links.ts';
import { text } from '../../text/en.ts';
import type { Timers } from '../timers.ts';
import type { Toasts } from '../toasts.ts';
import { createLinkCheck } from './link-check.ts';
import { type FieldWord, fieldWords } from './link-fields.ts';
import { withValues } from './link-file-text.ts';
import { createLinkFiles } from './link-files.ts';
import { createLinkSaving } from './link-saving.ts';

export type LinkEditor = ReturnType<typeof createLinkEditor>;

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

export function createLinkEditor({ api, timers, toasts, all, name, saved }: LinkEditorDeps) {
  const files = createLinkFiles({ all, name });
  const { names, isFresh, loaded, current, changed, edits } = files;
  const check = createLinkCheck({ api, timers, toasts, files, name });
  const saving = createLinkSaving({ api, toasts, files, name, changed: saved });
  const words = signal<ReadonlyMap<string, LinkWordWords>>(new Map());

  async function loadWords(): Promise<void> {
    if (words.value.size > 0) return;
    const answer = await api.call('links.words', {});
    words.value = new Map(answer.words.map(word => [word.word, word]));
  }

  function edit(next: string): void {
    if (next === files.saved.value && !isFresh.value) edits.forget(name.value);
    else edits.set(name.value, next);
    check.touch();
  }

  return {
    ...saving,
    names,
    isFresh,
    loaded,
    current,
    changed,
    edits: edits.all,
    checking: check.checking,
    problems: check.problems,
    /** What the host says about each word of a file. */
    words: words as ReadonlySignal<ReadonlyMap<string, LinkWordWords>>,
    /** Reads the file on screen, unless it is being edited. */
    async load(): Promise<void> {
      await loadWords();
      const which = name.value;
      if (which === '' || isFresh.value || edits.all.value.has(which)) return;
      const file = await api.call('links.file', { name: which });
      if (file.text !== null) files.set(which, file);
    },
    edit,
    /** Gives a word of the file these values. */
    set: (word: FieldWord, values: readonly string[]) => edit(withValues(current.value, word, values, fieldWords)),
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
      files.begin(which);
      loadWords().catch(toasts.failed);
      return undefined;
    },
  };
}
