// Converts sendmail's aliases files to forwarding instructions for fastforward (newaliases), and its :include: files to mailing lists
// (newinclude).
import type { CdbRecord } from '../../lib/disk/cdb.ts';
import { UserError } from '../../lib/user-error.ts';
import { displayAddress } from '../../message/address.ts';
import { hostQualifier, type RewriteHosts } from '../../message/header/rewrite.ts';
import { type Token, unquoteTokens } from '../../message/header/tokens.ts';
import { type AliasEntry, readAliasEntries } from './alias-addresses.ts';
import { instructionsData, longestAddressBytes, ownerKey, targetKey } from './forwarding-table.ts';
import { checkedEntry } from './mailing-list-file.ts';

const ownerPrefix = 'owner-';

/** How the entries of a file are converted. */
interface EntryMeaning {
  readonly recipient: (address: readonly Token[]) => string;
  readonly include: (name: string) => string;
  readonly program: (text: string) => string;
}

/**
 * The database's records for an aliases file (a byte string).
 * @throws UserError (exit code 111; 100 for an address that is too long) if a line cannot be parsed
 */
export function readAliases(text: string, hosts: RewriteHosts): CdbRecord[] {
  const qualify = addressQualifier(hosts);
  const meaning: EntryMeaning = {
    recipient: tokens => {
      const address = checked(qualify(tokens), 'recipient addresses');
      if (address.length <= longestAddressBytes) return `&${address}`;
      throw new UserError(`addresses over ${longestAddressBytes} bytes are not permitted`, { exitCode: 100 });
    },
    include: name => `${checked(relative(name), ':include: filenames')}.bin`,
    program: command => `!${checked(command.slice(1), 'program names')}`,
  };
  return logicalLines(text).flatMap(line => {
    const entries = entriesOf(line);
    const { alias, instructions } = takeAlias(entries, meaning);
    if (alias && instructions.length > 0) return aliasRecords(alias, instructionsData(instructions), qualify);
    if (entries.length === 0) return [];
    throw unparsable(line);
  });
}

/** The leftmost address is the alias: an address becomes a recipient when another one is found to its left. */
function takeAlias(
  entries: readonly AliasEntry[],
  meaning: EntryMeaning,
): { alias: readonly Token[] | undefined; instructions: readonly string[] } {
  const instructions: string[] = [];
  let alias: readonly Token[] | undefined;
  for (const entry of entries) {
    if (isRecipient(entry)) {
      if (alias) instructions.push(meaning.recipient(alias));
      alias = entry.tokens;
    } else instructions.push(entryText(entry, meaning));
  }
  return { alias, instructions };
}

/** `owner-x` is also the owner of `x`. */
function aliasRecords(alias: readonly Token[], data: Buffer, qualify: (a: readonly Token[]) => string): CdbRecord[] {
  const written = checked(unquoteTokens(alias), 'recipient addresses');
  if (written === '') throw wrong('empty recipient addresses not permitted');
  const target = hasHost(alias) ? written : `${written}@`;
  const instructions = { key: targetKey(target), data };
  if (!written.startsWith(ownerPrefix)) return [instructions];
  const owner = Buffer.from(qualify(alias), 'latin1');
  return [{ key: ownerKey(target.slice(ownerPrefix.length)), data: owner }, instructions];
}

/**
 * The entries of an :include: file (a byte string), line by line, each line from right to left.
 * @throws UserError (exit code 111) if a line cannot be parsed
 */
export function readIncludeFile(text: string, hosts: RewriteHosts): string[] {
  const qualify = addressQualifier(hosts);
  const meaning: EntryMeaning = {
    recipient: tokens => checkedEntry(`&${qualify(tokens)}`),
    include: name => checkedEntry(relative(name)),
    program: command => {
      throw wrong(`program delivery ${command} not supported`);
    },
  };
  return lines(text)
    .filter(line => !line.startsWith('#'))
    .flatMap(line => entriesOf(line).filter(isSomething))
    .map(entry => entryText(entry, meaning));
}

/** An empty address (`<>`) in a list is ignored. */
function isSomething({ kind, tokens }: AliasEntry): boolean {
  return kind === 'include' || unquoteTokens(tokens) !== '';
}

function entryText(entry: AliasEntry, meaning: EntryMeaning): string {
  if (isRecipient(entry)) return meaning.recipient(entry.tokens);
  const text = unquoteTokens(entry.tokens);
  if (entry.kind === 'address') {
    if (text.startsWith('|')) return meaning.program(text);
    throw wrong(`file delivery ${text} not supported`);
  }
  if (text === '') throw wrong('empty :include: filenames not permitted');
  return meaning.include(text);
}

/** Whether the entry is an address, not a list, program or file. */
function isRecipient({ kind, tokens }: AliasEntry): boolean {
  return kind === 'address' && (hasHost(tokens) || !/^[|/]/.test(unquoteTokens(tokens)));
}

function hasHost(address: readonly Token[]): boolean {
  return address.some(({ kind }) => kind === '@');
}

function addressQualifier(hosts: RewriteHosts): (address: readonly Token[]) => string {
  const qualify = hostQualifier(hosts);
  return address => {
    if (unquoteTokens(address) === '') throw wrong('empty recipient addresses not permitted');
    return unquoteTokens(qualify(address));
  };
}

function relative(name: string): string {
  return /^[./]/.test(name) ? name : `./${name}`;
}

function entriesOf(line: string): AliasEntry[] {
  const entries = readAliasEntries(line);
  if (!entries) throw unparsable(line);
  return entries;
}

/** Joins lines with their continuations (lines that are empty or begin with a blank), and removes comments. */
function logicalLines(text: string): string[] {
  const logical: string[] = [];
  for (const line of lines(text)) {
    if (/^[ \t\n]/.test(line) && logical.length > 0) logical.push(`${logical.pop()}${line}`);
    else logical.push(line);
  }
  return logical.filter(line => !line.startsWith('#'));
}

/** Each with its LF; the last one may lack it. */
function lines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** A NUL would end the entry, and the rest of the text would become another entry. */
function checked(text: string, what: string): string {
  if (text.includes('\0')) throw wrong(`NUL not permitted in ${what}`);
  return text;
}

function unparsable(line: string): UserError {
  return wrong(`unable to parse this line: ${line}`);
}

function wrong(text: string): UserError {
  return new UserError(displayAddress(text), { exitCode: 111 });
}
