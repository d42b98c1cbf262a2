// Every control file in words: what it says, or what holds because it is missing.
import { displayAddress } from '../../message/address.ts';
import type { ControlFiles } from '../files.ts';
import { filesReadAt } from '../live.ts';
import { type FileRow, fileTable, otherFiles } from './file-table.ts';

/** When a change of the file takes effect: at the next start, SIGHUP, client, delivery, or message written here. */
type TakesEffect = keyof typeof filesReadAt | 'other';

export interface FileReport {
  /** Its name in control/. */
  readonly name: string;
  readonly isDefault: boolean;
  readonly isList: boolean;
  /** Sentences; for a list one for each entry. */
  readonly says: readonly string[];
  readonly takesEffect: TakesEffect;
}

/** All files that there could be, by name. */
export function describeFiles(files: ControlFiles, names: readonly string[]): FileReport[] {
  const me = attempt(() => files.line('me')) ?? undefined;
  const known = Object.entries(fileTable).map(([name, row]) => describe(name, row, files, me));
  const others = names
    .filter(name => Object.hasOwn(otherFiles, name) || /^tcp\./.test(name))
    .map(name => fixed(name, [otherFiles[name] ?? 'Access rules for clients of this service (tcprules).']));
  return [...known, ...others].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function describe(name: string, row: FileRow, files: ControlFiles, me: string | undefined): FileReport {
  const say = (value: string) => row.says.replace('{}', () => printable(value));
  const value = attempt(() => (row.kind === 'list' ? files.list(name) : files[row.kind](name)));
  if (value === null) return fixed(name, ['Oops! Trouble reading this file.']);
  const common = { name, isList: row.kind === 'list', takesEffect: takesEffect(name) };
  if (value === undefined) {
    const initial = row.initial === 'me' ? (me ?? name) : row.initial;
    return { ...common, isDefault: true, says: [common.isList ? initial : say(initial)] };
  }
  return { ...common, isDefault: false, says: Array.isArray(value) ? value.map(say) : [say(String(value))] };
}

function fixed(name: string, says: readonly string[]): FileReport {
  return { name, isDefault: false, isList: false, says, takesEffect: takesEffect(name) };
}

function takesEffect(name: string): TakesEffect {
  if (/^(?:morercpthosts|tcp\.)/.test(name)) return 'connection';
  const found = Object.entries(filesReadAt).find(([, names]) => (names as readonly string[]).includes(name));
  return (found?.[0] as TakesEffect | undefined) ?? 'other';
}

/** Null: it cannot be read. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** A value as it can stand on a terminal. */
export function printable(bytes: string): string {
  return displayAddress(bytes).replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}
