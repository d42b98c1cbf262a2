// The rules place: the owner's .qmail files, the one on screen, and what is typed into it and not saved yet.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import { ApiError } from '../../../core/api/errors.ts';
import type { HostStatus } from '../../../core/api/host.ts';
import type { RuleFile } from '../../../core/api/rules.ts';
import { text } from '../../text/en.ts';
import { coalesce } from '../coalesce.ts';
import { createTextEdits } from '../text-edits.ts';
import type { Timers } from '../timers.ts';
import { failureText, type Toasts } from '../toasts.ts';
import { createRuleExplanation } from './rule-explanation.ts';
import { createRuleFiles } from './rule-files.ts';
import { dropLine, moveLine, ruleAddress, ruleName, toggleLine } from './rule-text.ts';

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
  const name = signal('');
  /** Why the host refused the text on screen. */
  const wrong = signal<string>();
  /** The file on disk, when it differs from the one that was edited. */
  const conflict = signal<RuleFile>();
  const busy = signal(false);
  const file = computed(() => files.byName(name.value));
  const current = computed(() => edits.all.value.get(name.value) ?? file.value?.text ?? '');
  const changed = computed(() => edits.all.value.has(name.value));
  const explanation = createRuleExplanation({
    api,
    timers,
    name,
    current,
    file: computed(() => (loaded.value ? file.value : undefined)),
    refuse,
  });

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

  /** What is wrong with a text is shown beside it. */
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

  function edit(next: string): void {
    if (next === file.value?.text) edits.forget(name.value);
    else edits.set(name.value, next);
    wrong.value = undefined;
    explanation.touch();
  }

  async function write(stamp: string): Promise<void> {
    const which = name.value;
    const wanted = current.value;
    busy.value = true;
    wrong.value = undefined;
    try {
      const fresh = await api.call('rules.save', { name: which, text: wanted, stamp });
      batch(() => {
        files.replace(fresh);
        conflict.value = undefined;
        if (edits.all.value.get(which) === wanted) edits.forget(which);
      });
      toasts.show(text.did.ruleSaved(fresh.path));
    } catch (error) {
      await refused(error, which);
    } finally {
      busy.value = false;
    }
  }

  async function refused(error: unknown, which: string): Promise<void> {
    if (!(error instanceof ApiError) || error.kind !== 'stale') {
      return which === name.value ? refuse(error) : toasts.failed(error);
    }
    const mine = current.value;
    await load();
    batch(() => {
      edits.set(which, mine);
      conflict.value = files.byName(which);
    });
  }

  /** Shows a text again that was not saved. */
  function bringBack(which: string, lost: string): void {
    batch(() => {
      name.value = which;
      edits.set(which, lost);
    });
    void explanation.ask();
  }

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
    bringBack(gone.name, lost);
  }

  async function restore(gone: RuleFile, lost: string | undefined): Promise<void> {
    try {
      files.replace(await api.call('rules.save', { name: gone.name, text: gone.text, stamp: '' }));
      if (lost === undefined) name.value = gone.name;
      else bringBack(gone.name, lost);
    } catch (error) {
      toasts.failed(error);
    }
  }

  /** A rule for an address that has none: there is no file until it is saved. */
  function freshFile(fresh: string): RuleFile {
    const host = status.value;
    return {
      name: fresh,
      path: `~/.qmail${fresh}`,
      address: ruleAddress(host?.owner.user ?? '', host?.me ?? '', fresh),
      exists: false,
      text: '',
      lines: [],
      warning: null,
      stamp: '',
    };
  }

  return {
    files: files.all,
    file,
    loaded,
    name,
    current,
    changed,
    edits: edits.all,
    explained: explanation.explained,
    wrong,
    conflict,
    busy,
    /** Reads the files again: when this place is opened. */
    load,
    choose: show,
    edit,
    revert() {
      const which = name.value;
      const lost = edits.all.value.get(which);
      edits.forget(which);
      show(which);
      void explanation.ask();
      if (lost !== undefined) toasts.did(text.rules.reverted, () => bringBack(which, lost));
    },
    move: (index: number, by: -1 | 1) => edit(moveLine(current.value, index, by)),
    toggle: (index: number) => edit(toggleLine(current.value, index)),
    drop: (index: number) => edit(dropLine(current.value, index)),
    save: () => write(file.value?.stamp ?? ''),
    /** Ends a conflict: overwrites the file with what is on screen. */
    keepMine: () => write(conflict.value?.stamp ?? ''),
    async remove() {
      const gone = file.value;
      if (!gone) return;
      busy.value = true;
      try {
        await remove(gone);
      } catch (error) {
        await refused(error, gone.name);
      } finally {
        busy.value = false;
      }
    },
    /** Starts a rule for another address. @returns what is wrong with the address, if anything */
    add(wanted: string): string | undefined {
      const fresh = ruleName(wanted);
      if (fresh === undefined) return text.rules.invalid;
      if (files.byName(fresh)) return text.rules.exists;
      batch(() => {
        files.add(freshFile(fresh));
        show(fresh);
      });
      return undefined;
    },
  };
}
