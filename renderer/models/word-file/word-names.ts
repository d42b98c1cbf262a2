// The names of word files: those of the host, and those that are being made here and have no file yet.
import { computed, type ReadonlySignal, signal } from '@preact/signals';

export interface WordNames {
  readonly all: ReadonlySignal<readonly string[]>;
  /** There is no file of this name yet. */
  isFresh(name: string): boolean;
  begin(name: string): void;
  /** It is no longer being made: it was saved, or given up. */
  end(name: string): void;
}

/** @param ofHost undefined until the host has answered */
export function createWordNames(ofHost: ReadonlySignal<readonly { readonly name: string }[] | undefined>): WordNames {
  const fresh = signal<readonly string[]>([]);
  return {
    all: computed(() => {
      const known = ofHost.value?.map(({ name }) => name) ?? [];
      return [...known, ...fresh.value.filter(each => !known.includes(each))];
    }),
    isFresh: name => fresh.value.includes(name),
    begin(name) {
      fresh.value = [...fresh.value, name];
    },
    end(name) {
      fresh.value = fresh.value.filter(each => each !== name);
    },
  };
}
