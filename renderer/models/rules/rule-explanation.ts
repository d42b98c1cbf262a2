// What each line of the rule on screen would do: asked of the host at once for another rule, after a pause while it is edited.
import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import type { RuleFile, RuleLine } from '../../../core/api/rules.ts';
import { debounce, type Timers } from '../timers.ts';

export interface Explained {
  readonly lines: readonly RuleLine[];
  readonly says: string;
}

export interface RuleExplanation {
  readonly explained: ReadonlySignal<Explained | undefined>;
  /** The text was edited. */
  touch(): void;
  ask(): Promise<void>;
}

export interface RuleExplanationDeps {
  readonly api: Api;
  readonly timers: Timers;
  readonly name: ReadonlySignal<string>;
  /** The text on screen. */
  readonly current: ReadonlySignal<string>;
  /** The file on screen, once the files are loaded. */
  readonly file: ReadonlySignal<RuleFile | undefined>;
  /** The host refused the text. */
  refuse(error: unknown): void;
}

const typingPauseMs = 200;

export function createRuleExplanation(deps: RuleExplanationDeps): RuleExplanation {
  const { api, timers, name, current, file, refuse } = deps;
  const explained = signal<Explained>();
  const typed = debounce(timers, () => void ask(), typingPauseMs);

  async function ask(): Promise<void> {
    const asked = { name: name.value, text: current.value };
    const isStill = () => asked.name === name.value && asked.text === current.value;
    try {
      const answer = await api.call('rules.explain', asked);
      if (isStill()) explained.value = answer;
    } catch (error) {
      if (isStill()) refuse(error);
    }
  }

  effect(() => {
    const shown = file.value;
    if (!shown) return;
    untracked(() => {
      // Until the answer comes, the lines that came with the file are shown.
      if (current.value === shown.text) explained.value = { lines: shown.lines, says: explained.value?.says ?? '' };
      void ask();
    });
  });

  return { explained, touch: typed.touch, ask };
}
