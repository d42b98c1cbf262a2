// Saves the rule on screen. A file that another program has changed since it was read is not overwritten: that is a conflict.
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import { ApiError } from '../../../core/api/errors.ts';
import { text } from '../../text/en.ts';
import type { TextEdits } from '../text-edits.ts';
import type { Toasts } from '../toasts.ts';
import type { RuleFiles } from './rule-files.ts';
import type { ShownRule } from './shown-rule.ts';

export interface RuleSaving {
  /** A file is being changed on disk. */
  readonly busy: ReadonlySignal<boolean>;
  save(): Promise<void>;
  /** Ends a conflict: overwrites the file with what is on screen. */
  keepMine(): Promise<void>;
  /** Changes a file on disk; a failure is shown, or becomes a conflict. */
  change(name: string, work: () => Promise<void>): Promise<void>;
}

export interface RuleSavingDeps {
  readonly api: Api;
  readonly toasts: Toasts;
  readonly files: RuleFiles;
  readonly edits: TextEdits;
  readonly shown: ShownRule;
  /** Reads the files again. */
  load(): Promise<void>;
}

export function createRuleSaving({ api, toasts, files, edits, shown, load }: RuleSavingDeps): RuleSaving {
  const busy = signal(false);

  async function change(which: string, work: () => Promise<void>): Promise<void> {
    busy.value = true;
    try {
      await work();
    } catch (error) {
      await failed(error, which);
    } finally {
      busy.value = false;
    }
  }

  async function failed(error: unknown, which: string): Promise<void> {
    if (!(error instanceof ApiError) || error.kind !== 'stale') {
      return which === shown.name.value ? shown.refuse(error) : toasts.failed(error);
    }
    const mine = shown.current.value;
    await load();
    batch(() => {
      edits.set(which, mine);
      shown.conflict.value = files.byName(which);
    });
  }

  /** @param stamp of the file that is overwritten */
  async function write(stamp: string): Promise<void> {
    const which = shown.name.value;
    const wanted = shown.current.value;
    shown.wrong.value = undefined;
    await change(which, async () => {
      const fresh = await api.call('rules.save', { name: which, text: wanted, stamp });
      batch(() => {
        files.replace(fresh);
        shown.conflict.value = undefined;
        if (edits.all.value.get(which) === wanted) edits.forget(which);
      });
      toasts.show(text.did.ruleSaved(fresh.path));
    });
  }

  return {
    busy,
    save: () => write(shown.file.value?.stamp ?? ''),
    keepMine: () => write(shown.conflict.value?.stamp ?? ''),
    change,
  };
}
