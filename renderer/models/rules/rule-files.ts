// The owner's .qmail files as the host has them, and addresses that were added in the window and have no file yet.
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { HostStatus } from '../../../core/api/host.ts';
import type { RuleFile } from '../../../core/api/rules.ts';
import { ruleAddress } from './rule-text.ts';

export interface RuleFiles {
  readonly all: ReadonlySignal<readonly RuleFile[]>;
  byName(name: string): RuleFile | undefined;
  /** The host's list of files. */
  setSaved(files: readonly RuleFile[]): void;
  /** The host has written this file. */
  replace(file: RuleFile): void;
  /** An address that has no file yet. */
  add(file: RuleFile): void;
  forgetAdded(name: string): void;
}

export function createRuleFiles(): RuleFiles {
  const saved = signal<readonly RuleFile[]>([]);
  const added = signal<readonly RuleFile[]>([]);
  const all = computed(() => [
    ...saved.value,
    ...added.value.filter(file => !saved.value.some(other => other.name === file.name)),
  ]);
  return {
    all,
    byName: name => all.value.find(file => file.name === name),
    setSaved(files) {
      saved.value = files;
    },
    replace(file) {
      const others = saved.value.filter(({ name }) => name !== file.name);
      saved.value = [...others, file].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    add(file) {
      added.value = [...added.value, file];
    },
    forgetAdded(name) {
      added.value = added.value.filter(file => file.name !== name);
    },
  };
}

/** A rule for an address that has none: there is no file until it is saved. */
export function ruleWithoutFile(name: string, host: HostStatus | undefined): RuleFile {
  return {
    name,
    path: `~/.qmail${name}`,
    address: ruleAddress(host?.owner.user ?? '', host?.me ?? '', name),
    exists: false,
    text: '',
    lines: [],
    warning: null,
    stamp: '',
  };
}
