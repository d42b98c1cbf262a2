// Asks the host what is wrong with the word file on screen: at once when another file is shown, after a pause while it is edited.
import { batch, computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import type { WordProblem } from '../../../core/api/word-files.ts';
import { debounce, type Timers } from '../timers.ts';
import type { Toasts } from '../toasts.ts';
import type { WordFileCalls } from './word-file-calls.ts';
import type { WordFiles } from './word-files.ts';

export interface WordCheck {
  readonly problems: ReadonlySignal<readonly WordProblem[]>;
  /** The host has not said yet whether the text on screen is right. */
  readonly checking: ReadonlySignal<boolean>;
  /** The text was edited. */
  touch(): void;
}

export interface WordCheckDeps {
  readonly calls: WordFileCalls;
  readonly timers: Timers;
  readonly toasts: Toasts;
  readonly files: WordFiles;
  readonly name: ReadonlySignal<string>;
}

const typingPauseMs = 200;

export function createWordCheck({ calls, timers, toasts, files, name }: WordCheckDeps): WordCheck {
  const { current, saved, loaded, isFresh } = files;
  const problems = signal<readonly WordProblem[]>([]);
  /** The text that the problems are of. */
  const checked = signal('');
  const typed = debounce(timers, () => void check(), typingPauseMs);

  async function check(): Promise<void> {
    const asked = { name: name.value, text: current.value };
    // An empty file is not wrong yet.
    if (asked.text.trim() === '') {
      problems.value = [];
      return;
    }
    try {
      const found = await calls.check(asked.name, asked.text);
      if (asked.name === name.value && asked.text === current.value) {
        batch(() => {
          problems.value = found;
          checked.value = asked.text;
        });
      }
    } catch (error) {
      toasts.failed(error);
    }
  }

  effect(() => {
    const file = loaded.value ? name.value : '';
    const onDisk = saved.value;
    untracked(() => {
      if (file === '') problems.value = [];
      else if (onDisk === current.value || isFresh.value) void check();
      else typed.touch();
    });
  });

  return { problems, checking: computed(() => checked.value !== current.value), touch: typed.touch };
}
