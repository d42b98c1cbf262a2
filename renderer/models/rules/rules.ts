// The rules place: the owner's .qmail files, the one on screen, and what can be done with it.
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import type { HostStatus } from '../../../core/api/host.ts';
import { text } from '../../text/en.ts';
import { coalesce } from '../coalesce.ts';
import { createTextEdits } from '../text-edits.ts';
import type { Timers } from '../timers.ts';
import type { Toasts } from '../toasts.ts';
import { createRuleFiles, ruleWithoutFile } from './rule-files.ts';
import { createRuleRemoval } from './rule-removal.ts';
import { createRuleSaving } from './rule-saving.ts';
import { dropLine, moveLine, ruleName, toggleLine } from './rule-text.ts';
import { createShownRule } from './shown-rule.ts';

export type RulesModel = ReturnType<typeof createRulesModel>;

export interface RulesDeps {
  readonly api: Api;
  readonly timers: Timers;
  readonly toasts: Toasts;
  readonly status: ReadonlySignal<HostStatus | undefined>;
}

export function createRulesModel({ api, timers, toasts, status }: RulesDeps) {
  const files = createRuleFiles();
  const edits = createTextEdits();
  const loaded = signal(false);
  const shown = createShownRule({ api, timers, toasts, files, edits, loaded });
  const { name, file, current, edit } = shown;

  const load = coalesce(async () => {
    try {
      files.setSaved(await api.call('rules.list', {}));
      loaded.value = true;
      if (!file.value) name.value = files.all.value[0]?.name ?? '';
    } catch (error) {
      toasts.failed(error);
    }
  });
  api.onGap(load);

  const saving = createRuleSaving({ api, toasts, files, edits, shown, load });
  return {
    files: files.all,
    file,
    loaded,
    name,
    current,
    changed: shown.changed,
    edits: edits.all,
    explained: shown.explained,
    wrong: shown.wrong,
    conflict: shown.conflict,
    busy: saving.busy,
    /** Reads the files again: when this place is opened. */
    load,
    choose: shown.show,
    edit,
    revert: shown.revert,
    move: (index: number, by: -1 | 1) => edit(moveLine(current.value, index, by)),
    toggle: (index: number) => edit(toggleLine(current.value, index)),
    drop: (index: number) => edit(dropLine(current.value, index)),
    save: saving.save,
    keepMine: saving.keepMine,
    remove: createRuleRemoval({ api, toasts, files, edits, shown, saving, load }),
    /** Starts a rule for another address. @returns what is wrong with the address, if anything */
    add(wanted: string): string | undefined {
      const fresh = ruleName(wanted);
      if (fresh === undefined) return text.rules.invalid;
      if (files.byName(fresh)) return text.rules.exists;
      batch(() => {
        files.add(ruleWithoutFile(fresh, status.value));
        shown.show(fresh);
      });
      return undefined;
    },
  };
}
