// The rule on screen: its file, what is typed into it and not saved yet, what its lines would do, and why the host refused it.
import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import { ApiError } from '../../../core/api/errors.ts';
import type { RuleFile } from '../../../core/api/rules.ts';
import { text } from '../../text/en.ts';
import type { TextEdits } from '../text-edits.ts';
import type { Timers } from '../timers.ts';
import { failureText, type Toasts } from '../toasts.ts';
import { createRuleExplanation, type Explained } from './rule-explanation.ts';
import type { RuleFiles } from './rule-files.ts';

export interface ShownRule {
  readonly name: Signal<string>;
  readonly file: ReadonlySignal<RuleFile | undefined>;
  /** The text on screen: what was typed, else what the file says. */
  readonly current: ReadonlySignal<string>;
  readonly changed: ReadonlySignal<boolean>;
  readonly explained: ReadonlySignal<Explained | undefined>;
  /** Why the host refused the text on screen. */
  readonly wrong: Signal<string | undefined>;
  /** The file on disk, when it differs from the one that was edited. */
  readonly conflict: Signal<RuleFile | undefined>;
  show(name: string): void;
  edit(text: string): void;
  /** Gives up what was typed. */
  revert(): void;
  /** Shows a text again that was not saved. */
  bringBack(name: string, lost: string): void;
  /** Shows what is wrong with the text beside it; any other failure is a toast. */
  refuse(error: unknown): void;
}

export interface ShownRuleDeps {
  readonly api: Api;
  readonly timers: Timers;
  readonly toasts: Toasts;
  readonly files: RuleFiles;
  readonly edits: TextEdits;
  /** The files are known. */
  readonly loaded: ReadonlySignal<boolean>;
}

export function createShownRule({ api, timers, toasts, files, edits, loaded }: ShownRuleDeps): ShownRule {
  const name = signal('');
  const wrong = signal<string>();
  const conflict = signal<RuleFile>();
  const file = computed(() => files.byName(name.value));
  const current = computed(() => edits.all.value.get(name.value) ?? file.value?.text ?? '');
  const changed = computed(() => edits.all.value.has(name.value));
  const loadedFile = computed(() => (loaded.value ? file.value : undefined));
  const explanation = createRuleExplanation({ api, timers, name, current, file: loadedFile, refuse });

  function refuse(error: unknown): void {
    if (error instanceof ApiError && error.kind !== 'bug') wrong.value = failureText(error);
    else toasts.failed(error);
  }

  function show(which: string): void {
    batch(() => {
      name.value = which;
      conflict.value = undefined;
      wrong.value = undefined;
    });
  }

  function bringBack(which: string, lost: string): void {
    batch(() => {
      name.value = which;
      edits.set(which, lost);
    });
    void explanation.ask();
  }

  return {
    name,
    file,
    current,
    changed,
    explained: explanation.explained,
    wrong,
    conflict,
    show,
    edit(next) {
      if (next === file.value?.text) edits.forget(name.value);
      else edits.set(name.value, next);
      wrong.value = undefined;
      explanation.touch();
    },
    revert() {
      const which = name.value;
      const lost = edits.all.value.get(which);
      edits.forget(which);
      show(which);
      void explanation.ask();
      if (lost !== undefined) toasts.did(text.rules.reverted, () => bringBack(which, lost));
    },
    bringBack,
    refuse,
  };
}
