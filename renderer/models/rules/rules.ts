// The rules place: the owner's .qmail files, what is typed into them but not saved yet, and what each line would do.
import { batch, computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import { ApiError } from '../../../core/api/errors.ts';
import type { HostStatus } from '../../../core/api/host.ts';
import type { RuleFile, RuleLine } from '../../../core/api/rules.ts';
import { text } from '../../text/en.ts';
import { coalesce } from '../coalesce.ts';
import { debounce, type Timers } from '../timers.ts';
import type { Toasts } from '../toasts.ts';
import { dropLine, moveLine, ruleAddress, ruleName, toggleLine } from './rule-text.ts';

export interface Explained {
  readonly lines: readonly RuleLine[];
  readonly says: string;
}

export type RulesModel = ReturnType<typeof createRulesModel>;

export interface RulesDeps {
  readonly api: Api;
  readonly timers: Timers;
  readonly toasts: Toasts;
  readonly status: ReadonlySignal<HostStatus | undefined>;
}

const typingPauseMs = 200;

export function createRulesModel({ api, timers, toasts, status }: RulesDeps) {
  const saved = signal<readonly RuleFile[]>([]);
  /** Addresses that were added here and have no file yet. */
  const added = signal<readonly RuleFile[]>([]);
  const loaded = signal(false);
  const name = signal('');
  /** Texts that differ from the files, by rule name: they survive going elsewhere. */
  const edits = signal<ReadonlyMap<string, string>>(new Map());
  const explained = signal<Explained>();
  /** Why the text of the rule on screen was refused. */
  const wrong = signal<string>();
  /** The file on disk when it was found to differ from the one the edit began with. */
  const conflict = signal<RuleFile>();
  const busy = signal(false);

  const files = computed(() => [
    ...saved.value,
    ...added.value.filter(file => !saved.value.some(other => other.name === file.name)),
  ]);
  const file = computed(() => files.value.find(each => each.name === name.value));
  const current = computed(() => edits.value.get(name.value) ?? file.value?.text ?? '');
  const changed = computed(() => edits.value.has(name.value));

  const load = coalesce(async () => {
    try {
      saved.value = await api.call('rules.list', {});
      loaded.value = true;
      if (!file.value) name.value = files.value[0]?.name ?? '';
    } catch (error) {
      toasts.failed(error);
    }
  });
  api.onGap(load);

  async function explain(): Promise<void> {
    const asked = { name: name.value, text: current.value };
    const isStill = () => asked.name === name.value && asked.text === current.value;
    try {
      const answer = await api.call('rules.explain', asked);
      if (isStill()) explained.value = answer;
    } catch (error) {
      if (isStill()) refuse(error);
    }
  }
  /** What is wrong with the text is said where it stands. */
  function refuse(error: unknown): void {
    if (error instanceof ApiError && error.code !== 'bug') wrong.value = error.message;
    else toasts.failed(error);
  }

  const typed = debounce(timers, explain, typingPauseMs);

  // Another file is explained at once, from what came with it; typing after a pause.
  effect(() => {
    const shown = file.value;
    if (!shown || !loaded.value) return;
    untracked(() => {
      if (current.value === shown.text) explained.value = { lines: shown.lines, says: explained.value?.says ?? '' };
      void explain();
    });
  });

  function edit(next: string): void {
    const map = new Map(edits.value);
    if (next === file.value?.text) map.delete(name.value);
    else map.set(name.value, next);
    edits.value = map;
    wrong.value = undefined;
    typed.touch();
  }

  function forget(which: string): void {
    const map = new Map(edits.value);
    map.delete(which);
    edits.value = map;
  }

  function replace(fresh: RuleFile): void {
    const others = saved.value.filter(each => each.name !== fresh.name);
    saved.value = [...others, fresh].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async function write(stamp: string): Promise<void> {
    const which = name.value;
    const wanted = current.value;
    busy.value = true;
    wrong.value = undefined;
    try {
      const fresh = await api.call('rules.save', { name: which, text: wanted, stamp });
      batch(() => {
        replace(fresh);
        conflict.value = undefined;
        if (edits.value.get(which) === wanted) forget(which);
      });
      toasts.show(text.did.ruleSaved(fresh.path));
    } catch (error) {
      await refused(error, which);
    } finally {
      busy.value = false;
    }
  }

  async function refused(error: unknown, which: string): Promise<void> {
    if (!(error instanceof ApiError) || error.code !== 'stale') {
      return which === name.value ? refuse(error) : toasts.failed(error);
    }
    const mine = current.value;
    await load();
    batch(() => {
      edits.value = new Map(edits.value).set(which, mine);
      conflict.value = files.value.find(each => each.name === which);
    });
  }

  return {
    files,
    file,
    loaded,
    name,
    current,
    changed,
    edits,
    explained,
    wrong,
    conflict,
    busy,
    /** Reads the files again: on coming to this place. */
    load,
    choose(which: string) {
      batch(() => {
        name.value = which;
        conflict.value = undefined;
        wrong.value = undefined;
      });
    },
    edit,
    revert() {
      const which = name.value;
      const lost = edits.value.get(which);
      forget(which);
      conflict.value = undefined;
      wrong.value = undefined;
      explain();
      if (lost !== undefined) toasts.did(text.rules.reverted, () => bringBack(which, lost));
    },
    move: (index: number, by: -1 | 1) => edit(moveLine(current.value, index, by)),
    toggle: (index: number) => edit(toggleLine(current.value, index)),
    drop: (index: number) => edit(dropLine(current.value, index)),
    save: () => write(file.value?.stamp ?? ''),
    /** Ends a conflict by writing what is on screen over the file. */
    keepMine: () => write(conflict.value?.stamp ?? ''),
    async remove() {
      const gone = file.value;
      if (!gone) return;
      const lost = edits.value.get(gone.name);
      busy.value = true;
      try {
        if (gone.exists) await api.call('rules.remove', { name: gone.name, stamp: gone.stamp });
        added.value = added.value.filter(each => each.name !== gone.name);
        forget(gone.name);
        await load();
        if (!gone.exists) {
          if (lost !== undefined) toasts.did(text.did.ruleRemoved(gone.path), () => addBack(gone, lost));
          return;
        }
        toasts.did(text.did.ruleRemoved(gone.path), () => void restore(gone, lost));
      } catch (error) {
        await refused(error, gone.name);
      } finally {
        busy.value = false;
      }
    },
    /** Begins a rule for another address; answers what is wrong with it, if anything. */
    add(wanted: string): string | undefined {
      const fresh = ruleName(wanted);
      if (fresh === undefined) return text.rules.invalid;
      if (files.value.some(each => each.name === fresh)) return text.rules.exists;
      const owner = status.value;
      batch(() => {
        added.value = [
          ...added.value,
          {
            name: fresh,
            path: `~/.qmail${fresh}`,
            address: ruleAddress(owner?.owner.user ?? '', owner?.me ?? '', fresh),
            exists: false,
            text: '',
            lines: [],
            warning: null,
            stamp: '',
          },
        ];
        name.value = fresh;
        wrong.value = undefined;
      });
      return undefined;
    },
  };

  /** Shows a text again that was not saved. */
  function bringBack(which: string, lost: string): void {
    batch(() => {
      name.value = which;
      edits.value = new Map(edits.value).set(which, lost);
    });
    void explain();
  }

  function addBack(gone: RuleFile, lost: string): void {
    added.value = [...added.value, gone];
    bringBack(gone.name, lost);
  }

  async function restore(gone: RuleFile, lost: string | undefined): Promise<void> {
    try {
      replace(await api.call('rules.save', { name: gone.name, text: gone.text, stamp: '' }));
      if (lost === undefined) name.value = gone.name;
      else bringBack(gone.name, lost);
    } catch (error) {
      toasts.failed(error);
    }
  }
}
