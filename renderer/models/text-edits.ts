// Texts of files that were typed and not saved yet, by the file's name. They stay while other files and places are shown.
import { type ReadonlySignal, signal } from '@preact/signals';

export interface TextEdits {
  readonly all: ReadonlySignal<ReadonlyMap<string, string>>;
  set(name: string, text: string): void;
  forget(name: string): void;
}

export function createTextEdits(): TextEdits {
  const all = signal<ReadonlyMap<string, string>>(new Map());
  return {
    all,
    set(name, text) {
      all.value = new Map(all.value).set(name, text);
    },
    forget(name) {
      const rest = new Map(all.value);
      rest.delete(name);
      all.value = rest;
    },
  };
}
