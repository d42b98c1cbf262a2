// Finds the .qmail file of an address, and the address that gets its bounces (qmail-local: qmesearch, the -owner files).
import { statSync } from 'node:fs';
import { readRegularFile } from '../../lib/disk/read-regular-file.ts';
import { errorCode, reasonOf } from '../../lib/user-error.ts';
import { lowerAscii } from '../../message/address.ts';
import { type Failure, temporaryFailure } from '../failure.ts';
import { rawPath } from '../raw-path.ts';
import { isTemporaryError } from '../temporary-error.ts';

/** The home and the extension, as byte strings. */
export interface Where {
  readonly homeDir: string;
  readonly dash: string;
  readonly ext: string;
}

/** The file that was found, as it was when it was opened. */
export interface DotQmailFile {
  readonly path: string;
  /** Its bytes, as a byte string. */
  readonly text: string;
  /** The file is executable by its owner: only forwards are allowed. */
  readonly forwardOnly: boolean;
  /** $DEFAULT: the part of the address that the file's `default` stands for. */
  readonly defaultPart: string | undefined;
}

/** No person or list manager writes a larger .qmail file. */
const largestBytes = 4 * 1024 * 1024;

/** Longer file names cannot exist and are not tried, so an address with very many dashes costs little. */
const longestName = 255;

/** A file name to try, with the part of the address that its `default` stands for. */
export interface Candidate {
  /** File name in the home directory. */
  readonly name: string;
  readonly defaultPart: string | undefined;
}

/** The file names to try, in order. */
export function dotQmailCandidates(dash: string, ext: string): Candidate[] {
  const safe = safeExt(ext);
  const own = safe.endsWith('default') ? ext.slice(ext.length - 'default'.length) : undefined;
  const candidates: Candidate[] = [{ name: `.qmail${dash}${safe}`, defaultPart: own }];
  for (let length = safe.length; length >= 0; length--) {
    if (length > 0 && safe[length - 1] !== '-') continue;
    candidates.push({ name: `.qmail${dash}${safe.slice(0, length)}default`, defaultPart: ext.slice(length) });
  }
  return candidates.filter(({ name }) => name.length <= longestName);
}

/** Called with the path of each candidate, and whether it is used (or ends the search). */
export type Tried = (path: string, isIt: boolean) => void;

/** Opens the first candidate that is a regular file; undefined if there is none. */
export function findDotQmail(where: Where, tried?: Tried): { file: DotQmailFile } | { failure: Failure } | undefined {
  for (const { name, defaultPart } of dotQmailCandidates(where.dash, where.ext)) {
    const path = `${where.homeDir}/${name}`;
    try {
      const found = readDotQmail(path, defaultPart);
      tried?.(path, found !== undefined);
      if (found) return found;
    } catch (error) {
      tried?.(path, defers(error));
      if (defers(error)) return { failure: temporaryFailure(`Unable to open ${path}: ${reasonOf(error)}. (#4.3.0)`) };
    }
  }
  return undefined;
}

function readDotQmail(
  path: string,
  defaultPart: string | undefined,
): { file: DotQmailFile } | { failure: Failure } | undefined {
  const found = readRegularFile(rawPath(path), largestBytes);
  if (!found) return undefined;
  const { mode } = found.stat;
  if (mode & 0o002) return { failure: temporaryFailure(`Uh-oh: .qmail file is writable. (#4.7.0)\nSee ${path}`) };
  if (!found.raw) return { failure: temporaryFailure(`Uh-oh: .qmail file is too large. (#4.3.0)\nSee ${path}`) };
  return { file: { path, text: found.raw.toString('latin1'), forwardOnly: (mode & 0o100) !== 0, defaultPart } };
}

function defers(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'EACCES' || code === 'EPERM' || isTemporaryError(error) || code === undefined;
}

/**
 * $NEWSENDER: the envelope sender of forwards. With an -owner file it is the owner of the list; with an -owner-default file it is a
 * VERP pattern, which the queue expands for each recipient.
 */
export function findNewSender(
  where: Where & { readonly local: string; readonly host: string; readonly sender: string },
): { newSender: string } | { failure: Failure } {
  const { local, host, sender } = where;
  if (sender === '' || sender === '#@[]') return { newSender: sender };
  const base = `${where.homeDir}/.qmail${where.dash}${safeExt(where.ext)}`;
  for (const path of [`${base}-owner`, `${base}-owner-default`]) {
    try {
      if (statSync(rawPath(path), { throwIfNoEntry: false })) continue;
    } catch (error) {
      if (isTemporaryError(error))
        return { failure: temporaryFailure(`Unable to open ${path}: ${reasonOf(error)}. (#4.3.0)`) };
    }
    return { newSender: path.endsWith('-owner') ? sender : `${local}-owner@${host}` };
  }
  return { newSender: `${local}-owner-@${host}-@[]` };
}

/** The extension in file names: lower case, with `:` for every dot, so that a name cannot lead to another directory. */
function safeExt(ext: string): string {
  return lowerAscii(ext).replaceAll('.', ':');
}
