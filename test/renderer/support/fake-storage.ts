// A browser's storage and locks, shared by the pages of a test.
import type { UnsavedDeps, UnsavedStorage } from '../../../renderer/models/compose/unsaved.ts';

export interface FakeStorage extends UnsavedStorage {
  names(): string[];
}

export function fakeStorage(): FakeStorage {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    key: at => [...kept.keys()][at] ?? null,
    getItem: name => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: name => void kept.delete(name),
    names: () => [...kept.keys()],
  };
}

export type FakeLocks = NonNullable<UnsavedDeps['locks']> & {
  /** A page ends, and its locks are free. */
  gone(page: string): void;
};

export function fakeLocks(): FakeLocks {
  const held = new Set<string>();
  async function request(name: string, run: () => unknown): Promise<unknown> {
    held.add(name);
    const result = await run();
    held.delete(name);
    return result;
  }
  return {
    request: request as FakeLocks['request'],
    query: async () => ({
      held: [...held].map(name => ({ name, clientId: '', mode: 'exclusive' as const })),
      pending: [],
    }),
    gone: page => void held.delete(`waypost.unsaved.${page}`),
  };
}
