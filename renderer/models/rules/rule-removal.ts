// Removes the rule on screen, and brings it back when the owner takes that back: its file, and what was typed and not saved.
import type { Api } from '../../../core/api/contract.ts';
import type { RuleFile } from '../../../core/api/rules.ts';
import { text } from '../../text/en.ts';
import type { TextEdits } from '../text-edits.ts';
import type { Toasts } from '../toasts.ts';
import type { RuleFiles } from './rule-files.ts';
import type { RuleSaving } from './rule-saving.ts';
import type { ShownRule } from './shown-rule.ts';

export interface RuleRemovalDeps {
  readonly api: Api;
  readonly toasts: Toasts;
  readonly files: RuleFiles;
  readonly edits: TextEdits;
  readonly shown: ShownRule;
  readonly saving: RuleSaving;
  /** Reads the files again. */
  load(): Promise<void>;
}

/** @returns removes the rule on screen */
export function createRuleRemoval(deps: RuleRemovalDeps): () => Promise<void> {
  const { api, toasts, files, edits, shown, saving, load } = deps;

  async function remove(gone: RuleFile): Promise<void> {
    const lost = edits.all.value.get(gone.name);
    if (gone.exists) await api.call('rules.remove', { name: gone.name, stamp: gone.stamp });
    files.forgetAdded(gone.name);
    edits.forget(gone.name);
    await load();
    if (gone.exists) toasts.did(text.did.ruleRemoved(gone.path), () => void restore(gone, lost));
    else if (lost !== undefined) toasts.did(text.did.ruleRemoved(gone.path), () => addBack(gone, lost));
  }

  function addBack(gone: RuleFile, lost: string): void {
    files.add(gone);
    shown.bringBack(gone.name, lost);
  }

  async function restore(gone: RuleFile, lost: string | undefined): Promise<void> {
    try {
      files.replace(await api.call('rules.save', { name: gone.name, text: gone.text, stamp: '' }));
      if (lost === undefined) shown.name.value = gone.name;
      else shown.bringBack(gone.name, lost);
    } catch (error) {
      toasts.failed(error);
    }
  }

  return async () => {
    const gone = shown.file.value;
    if (gone) await saving.change(gone.name, () => remove(gone));
  };
}
