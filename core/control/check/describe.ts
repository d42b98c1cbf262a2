// Every control file in words: what it says, or what applies because it is missing.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { addressFromText, displayAddress } from '../../message/address.ts';
import { describeAccount } from '../fetch/describe-account.ts';
import type { AccountOfHome } from '../fetch/read-accounts.ts';
import type { ControlFile, ReadAt } from '../file-kinds.ts';
import { accessRulesFile, controlFileTable, otherFiles } from '../file-table.ts';
import { describeLink } from '../links/describe-link.ts';
import type { LinkOfHome } from '../links/read-links.ts';
import { type ControlFiles, controlFiles } from '../read-control-files.ts';

/** When a change of the file takes effect: at the next start, SIGHUP, client, delivery, or message written on this host. */
type TakesEffect = ReadAt | 'other';

export interface FileReport {
  /** Its name in control/. */
  readonly name: string;
  readonly isDefault: boolean;
  readonly isList: boolean;
  /** Sentences; for a list one for each entry. */
  readonly says: readonly string[];
  readonly takesEffect: TakesEffect;
}

/** All known files by name, and the unknown ones that exist. */
export function describeFiles(directory: string, names: readonly string[]): FileReport[] {
  const files = controlFiles(directory);
  const me = attempt(() => files.line('me')) ?? undefined;
  const known = Object.entries(controlFileTable).map(([name, row]) => describe(name, row, files, me));
  const others = names.filter(name => !Object.hasOwn(controlFileTable, name) && name !== database);
  const all = [...known, describeDatabase(directory), ...others.map(name => fixed(name, [sayOther(name)]))];
  return all.sort(byName);
}

export function byName(a: FileReport, b: FileReport): number {
  return a.name < b.name ? -1 : 1;
}

export function describeLinks(links: readonly LinkOfHome[]): FileReport[] {
  return links.map(({ link }) => reportOf(`links/${link.name}`, describeLink(link)));
}

export function describeAccounts(accounts: readonly AccountOfHome[]): FileReport[] {
  return accounts.map(({ account }) => reportOf(`fetch/${account.name}`, describeAccount(account)));
}

const database = 'morercpthosts.cdb';

function describeDatabase(directory: string): FileReport {
  const [source, made] = ['morercpthosts', database].map(name =>
    statSync(join(directory, name), { throwIfNoEntry: false }),
  );
  if (!source && !made) return { ...fixed(database, ['No effect.']), isDefault: true };
  if (!source) return fixed(database, ["Oops! morercpthosts.cdb exists but morercpthosts doesn't."]);
  if (!made) return fixed(database, ["Oops! morercpthosts exists but morercpthosts.cdb doesn't."]);
  const isOld = source.mtimeMs > made.mtimeMs;
  return fixed(database, [
    isOld ? 'Oops! morercpthosts.cdb is older than morercpthosts.' : 'Modified recently enough; hopefully up to date.',
  ]);
}

function reportOf(name: string, sentences: readonly string[]): FileReport {
  const [shown = '', ...says] = [name, ...sentences].map(text => printable(addressFromText(text)));
  return { name: shown, isDefault: false, isList: true, says, takesEffect: 'hup' };
}

function sayOther(name: string): string {
  if (accessRulesFile.test(name)) return 'Access rules for clients of this service (tcprules).';
  return otherFiles[name] ?? 'I have no idea what this file does.';
}

function describe(name: string, row: ControlFile, files: ControlFiles, me: string | undefined): FileReport {
  const say = (value: string) => row.says.replace('{}', () => printable(row.shown?.(value) ?? value));
  const value = attempt(() => (row.kind === 'list' ? files.list(name) : files[row.kind](name)));
  if (value === null) return fixed(name, ['Oops! Trouble reading this file.']);
  const common = { name, isList: row.kind === 'list', takesEffect: row.readAt };
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
  if (name === database || accessRulesFile.test(name)) return 'connection';
  return Object.hasOwn(controlFileTable, name) ? (controlFileTable[name]?.readAt ?? 'other') : 'other';
}

/** Null: it cannot be read. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** A value that is safe to print on a terminal. */
export function printable(bytes: string): string {
  return displayAddress(bytes).replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}
