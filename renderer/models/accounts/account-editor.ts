// The files of accounts in the window: the text on screen, which the form and the text field both edit, and what is wrong with
// it by the host's word. An account that is being made has no file yet.
import { computed, effect, type ReadonlySignal, type Signal, signal, untracked } from '@preact/signals';
import type { Api, Reply } from '../../../core/api/contract.ts';
import { text } from '../../text/en.ts';
import { withValues } from '../links/link-file-text.ts';
import { createTextEdits } from '../text-edits.ts';
import { debounce, type Timers } from '../timers.ts';
import type { Toasts } from '../toasts.ts';
import { accountFieldWords } from './account-fields.ts';

export type AccountEditor = ReturnType<typeof createAccountEditor>;
type Problem = Reply<'fetch.check'>['problems'][number];
type Word = Reply<'fetch.words'>['words'][number];

interface AccountEditorDeps {
  readonly api: Api;
  readonly timers: Timers;
  readonly toasts: Toasts;
  /** The accounts of the host. */
  readonly known: ReadonlySignal<readonly string[]>;
  /** Accounts that were started here and are not saved. */
  readonly fresh: Signal<readonly string[]>;
  /** The account on screen; '': none is. */
  readonly name: ReadonlySignal<string>;
  /** A file was written or removed. */
  saved(): void;
}

const typingPauseMs = 200;

export function createAccountEditor({ api, timers, toasts, known, fresh, name, saved }: AccountEditorDeps) {
  const edits = createTextEdits();
  /** As the host has them. */
  const files = signal<ReadonlyMap<string, string>>(new Map());
  const problems = signal<readonly Problem[]>([]);
  const words = signal<ReadonlyMap<string, Word>>(new Map());
  const busy = signal(false);
  /** What another program wrote meanwhile. */
  const theirs = signal<{ readonly name: string; readonly text: string }>();

  const isFresh = computed(() => !known.value.includes(name.value));
  const current = computed(() => edits.all.value.get(name.value) ?? files.value.get(name.value) ?? '');
  const changed = computed(() => edits.all.value.has(name.value));
  const typed = debounce(timers, () => void check(), typingPauseMs);

  async function attempt(act: () => Promise<void>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    try {
      await act();
    } catch (error) {
      toasts.failed(error);
    } finally {
      busy.value = false;
    }
  }

  async function check(): Promise<void> {
    const asked = { name: name.value, text: current.value };
    // An empty file is not wrong yet.
    const answer = asked.text.trim() === '' ? { problems: [] } : await api.call('fetch.check', asked);
    if (asked.name === name.value && asked.text === current.value) problems.value = answer.problems;
  }

  /** Another file on screen is checked at once. */
  effect(() => {
    const shown = name.value;
    files.value;
    untracked(() => {
      problems.value = [];
      if (shown !== '') check().catch(toasts.failed);
    });
  });

  function setFile(which: string, content: string): void {
    files.value = new Map(files.value).set(which, content);
  }

  function edit(next: string): void {
    if (next === files.value.get(name.value)) edits.forget(name.value);
    else edits.set(name.value, next);
    typed.touch();
  }

  async function write(which: string, wanted: string, stamp: string): Promise<void> {
    await api.call('fetch.save', { name: which, text: wanted, stamp });
    theirs.value = undefined;
    fresh.value = fresh.value.filter(each => each !== which);
    edits.forget(which);
    setFile(which, wanted);
    saved();
  }

  const save = (anyway: boolean) =>
    attempt(async () => {
      const [which, wanted] = [name.value, current.value];
      const { text: now, stamp } = await api.call('fetch.file', { name: which });
      if (!anyway && now !== null && now !== files.value.get(which) && now !== wanted) {
        theirs.value = { name: which, text: now };
        return;
      }
      await write(which, wanted, stamp);
      toasts.show(text.accounts.did.saved(which));
    });

  return {
    isFresh,
    current,
    changed,
    problems: problems as ReadonlySignal<readonly Problem[]>,
    /** What the host says about each word of a file. */
    words: words as ReadonlySignal<ReadonlyMap<string, Word>>,
    busy: busy as ReadonlySignal<boolean>,
    /** The file on screen was written by another program after it was read here. */
    conflict: computed(() => theirs.value?.name === name.value),
    /** Reads the file on screen, unless it is being edited. */
    async load(): Promise<void> {
      if (words.value.size === 0) {
        const answer = await api.call('fetch.words', {});
        words.value = new Map(answer.words.map(word => [word.word, word]));
      }
      const which = name.value;
      if (which === '' || edits.all.value.has(which)) return;
      const { text: now } = await api.call('fetch.file', { name: which });
      if (now !== null && now !== files.value.get(which)) setFile(which, now);
    },
    edit,
    /** Gives a word of the file these values. */
    set: (word: string, values: readonly string[]) => edit(withValues(current.value, word, values, accountFieldWords)),
    save: () => save(false),
    keepMine: () => save(true),
    loadTheirs(): void {
      const found = theirs.value;
      if (!found) return;
      theirs.value = undefined;
      edits.forget(found.name);
      setFile(found.name, found.text);
    },
    revert(): void {
      const which = name.value;
      const lost = edits.all.value.get(which);
      if (lost === undefined) return;
      edits.forget(which);
      toasts.did(text.links.did.reverted, () => edits.set(which, lost));
    },
    remove: () =>
      attempt(async () => {
        const which = name.value;
        const lost = current.value;
        if (known.value.includes(which)) await api.call('fetch.remove', { name: which });
        fresh.value = fresh.value.filter(each => each !== which);
        edits.forget(which);
        files.value = new Map([...files.value].filter(([each]) => each !== which));
        saved();
        if (lost.trim() !== '')
          toasts.did(text.accounts.did.removed(which), () => void attempt(() => write(which, lost, '')));
      }),
    savePassword: (password: string) =>
      attempt(async () => {
        await api.call('fetch.password', { name: name.value, password });
        toasts.show(text.accounts.did.password(name.value));
        saved();
      }),
  };
}
