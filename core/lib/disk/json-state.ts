// State that is kept in a small JSON file: read once, changed in memory, and written whole after each change.
import * as v from 'valibot';
import type { LogLine } from '../log.ts';
import { openSmallFile, readSmallFile, type SmallFile } from './small-file.ts';

export interface JsonState<Value> extends Pick<SmallFile, 'saved'> {
  readonly state: Value;
  /** Changes some of it, and writes it. */
  change(some: Partial<Value>): void;
}

/** @param initial where there is no file, or a damaged one */
export function openJsonState<Value extends object>(
  path: string,
  schema: v.GenericSchema<unknown, Value>,
  initial: Value,
  log: LogLine,
): JsonState<Value> {
  const file = openSmallFile(path, log);
  let state = readSmallFile(path, text => v.parse(schema, JSON.parse(text)), log) ?? initial;
  return {
    get state() {
      return state;
    },
    change(some) {
      state = { ...state, ...some };
      file.save(() => `${JSON.stringify(state)}\n`);
    },
    saved: file.saved,
  };
}
