// The kinds of control files as makers of entries for file-table.ts: a kind says how a file is read, and what its value is.
import { lowerAscii } from '../message/address.ts';
import type { ControlFiles } from './read-control-files.ts';
import { shownRoute } from './routes.ts';

/**
 * When the host reads a file: at the start only; at the start and at SIGHUP (of these qmail-send rereads `locals` and
 * `virtualdomains` alone); or whenever qmail would start a program that reads it: qmail-smtpd, qmail-remote, qmail-inject.
 */
export type ReadAt = 'start' | 'hup' | 'connection' | 'delivery' | 'message';

/** What is said about a control file in words. */
export interface ControlFile {
  readonly kind: 'line' | 'int' | 'list';
  readonly readAt: ReadAt;
  /** The value of a missing file; `me`: the name of this host. For a list: a sentence. */
  readonly initial: string;
  /** What the file says; `{}` is the value, or one entry of a list. */
  readonly says: string;
  /** The entries of a list are names or addresses, which cannot contain blanks. */
  readonly isOfNames: boolean;
  /** An entry as it may be shown, where it can contain a password. */
  readonly shown?: (entry: string) => string;
}

/** A control file that is a field of `Control`. */
export interface HostFile<Field extends string, Value> extends ControlFile {
  readonly field: Field;
  /** @throws UserError when the file exists but cannot be read */
  readonly value: (files: ControlFiles, name: string, me: string) => Value;
}

/** Stands for the name of this host, as the value of a missing file. */
export const me = 'me';

/** The first line. @param make what the field holds, if not the line itself */
export function line<Field extends string, Value = string>(
  field: Field,
  readAt: ReadAt,
  initial: string,
  says: string,
  make: (text: string, me: string) => Value = text => text as Value,
): HostFile<Field, Value> {
  return {
    ...{ kind: 'line', field, readAt, initial, says, isOfNames: false },
    value: (files, name, host) => make(files.line(name) ?? (initial === me ? host : initial), host),
  };
}

/** The first line; without the file the field is undefined. @param missing what applies then, in words */
export function optionalLine<Field extends string>(
  field: Field,
  readAt: ReadAt,
  missing: string,
  says: string,
  make: (text: string | undefined) => string | undefined = text => text,
): HostFile<Field, string | undefined> {
  return { ...line(field, readAt, missing, says), value: (files, name) => make(files.line(name)) };
}

/** The number at the start of the first line. @param make what the field holds, if not the number itself */
export function int<Field extends string, Value = number>(
  field: Field,
  readAt: ReadAt,
  initial: number,
  says: string,
  make: (value: number) => Value = value => value as Value,
): HostFile<Field, Value> {
  return {
    ...{ kind: 'int', field, readAt, initial: String(initial), says, isOfNames: false },
    value: (files, name) => make(files.int(name) ?? initial),
  };
}

/** A number; without one the field is undefined. @param missing what applies then, in words */
export function optionalInt<Field extends string>(
  field: Field,
  readAt: ReadAt,
  missing: string,
  says: string,
): HostFile<Field, number | undefined> {
  return { ...int(field, readAt, 0, says), initial: missing, value: (files, name) => files.int(name) };
}

/** Lines. @param missing what applies without the file, in words @param make the field's value; undefined: no file */
export function list<Field extends string, Value>(
  field: Field,
  readAt: ReadAt,
  missing: string,
  says: string,
  make: (lines: readonly string[] | undefined, me: string) => Value,
): HostFile<Field, Value> {
  return {
    ...{ kind: 'list', field, readAt, initial: missing, says, isOfNames: false },
    value: (files, name, host) => make(files.list(name), host),
  };
}

/** Lines that are names or addresses, or pairs of them; as `list`. */
export function names<Field extends string, Value>(
  field: Field,
  readAt: ReadAt,
  missing: string,
  says: string,
  make: (lines: readonly string[] | undefined, me: string) => Value,
): HostFile<Field, Value> {
  return { ...list(field, readAt, missing, says, make), isOfNames: true };
}

/** Routes, whose entries may contain the password of a login; as `list`. */
export function routes<Field extends string, Value>(
  field: Field,
  missing: string,
  says: string,
  make: (lines: readonly string[] | undefined) => Value,
): HostFile<Field, Value> {
  return { ...names(field, 'delivery', missing, says, make), shown: shownRoute };
}

export function lowerSet(lines: readonly string[] = []): ReadonlySet<string> {
  return new Set(lines.map(lowerAscii));
}

/** `key:value` lines: the value may contain colons, lines without one are ignored, the last of equal keys counts. */
export function colonTable(lines: readonly string[] = []): ReadonlyMap<string, string> {
  const table = new Map<string, string>();
  for (const text of lines) {
    const colon = text.indexOf(':');
    if (colon >= 0) table.set(lowerAscii(text.slice(0, colon)), text.slice(colon + 1));
  }
  return table;
}
