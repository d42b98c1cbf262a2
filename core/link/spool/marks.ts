// What a person wants of single messages: before the others, now, or held (serial/NAME/order, JSON: file name to mark).
import * as v from 'valibot';
import { openSmallFile, readSmallFile, type SmallFile } from '../../lib/disk/small-file.ts';
import type { LogLine } from '../../lib/log.ts';

const Mark = v.picklist(['first', 'now', 'held']);
export type Mark = v.InferOutput<typeof Mark>;
const Saved = v.record(v.string(), Mark);

export interface Marks extends Pick<SmallFile, 'saved'> {
  of(name: string): Mark | undefined;
  set(name: string, mark: Mark | undefined): void;
  /** Forgets the marks of all but these messages. */
  keepOnly(names: Iterable<string>): void;
  /** Counts up with each change. */
  readonly version: number;
}

/** A reader of mail may move a file from new/ to cur/ and add flags: it is the same message. */
const keyOf = (name: string) => name.slice(name.indexOf('/') + 1).split(':', 1)[0] ?? '';

export function openMarks(path: string, log: LogLine): Marks {
  const file = openSmallFile(path, log);
  const marks = new Map(Object.entries(readSmallFile(path, text => v.parse(Saved, JSON.parse(text)), log) ?? {}));
  let version = 0;
  const save = () => file.save(() => `${JSON.stringify(Object.fromEntries(marks))}\n`);

  return {
    of: name => marks.get(keyOf(name)),
    set(name, mark) {
      const key = keyOf(name);
      if (marks.get(key) === mark) return;
      if (mark) marks.set(key, mark);
      else marks.delete(key);
      version++;
      save();
    },
    keepOnly(names) {
      const keys = new Set([...names].map(keyOf));
      const gone = [...marks.keys()].filter(key => !keys.has(key));
      for (const key of gone) marks.delete(key);
      if (gone.length > 0) save();
    },
    get version() {
      return version;
    },
    saved: file.saved,
  };
}
