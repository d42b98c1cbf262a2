// Takes an empty mailbox away: its directories, and what mail programs keep there that is worth nothing without mail. Anything
// else that is found brings it back as it was.
import { lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode } from '../../lib/user-error.ts';
import { diskPath, nameText } from '../files/disk-names.ts';
import { folderPath, ownParts } from './folder-ids.ts';

/** Files of Dovecot, Courier, mbsync and offlineimap that say where they are with a mailbox. */
const worthless =
  /^(?:maildirfolder|maildirsize|dovecot(?:[-.].*|)|courierimap[a-z]*|\.uidvalidity|\.mbsyncstate.*|\.isyncuidmap\.db.*)$/;

/** @throws Error when there is anything in a folder that is not mail; folders in it are another matter */
export function refuseOthers(directory: string): void {
  if (lstatSync(diskPath(directory)).isSymbolicLink()) throw new Error('it is a symbolic link; remove it by hand');
  for (const { name, isDirectory } of entriesIn(directory)) {
    if (!isDirectory && !worthless.test(name)) throw new Error(`it contains ${name}, which is not mail`);
  }
}

/**
 * First it is moved aside at once, so that nobody delivers into what is being removed: who tries is told that there is no such
 * mailbox, and tries again later.
 * @param aside a unique name
 * @param top the mailbox that is being removed with those in it: directories up to it that only held this one go too
 * @throws Error with what stands in the way, or of the operating system; then the mailbox is where it was
 */
export function removeFolder(folder: { maildir: string; id: string; aside: string; top: string }): void {
  const { maildir, id, aside, top } = folder;
  const directory = folderPath(maildir, id);
  const hidden = join(maildir, 'tmp', aside);
  renameSync(diskPath(directory), diskPath(hidden));
  try {
    refuseAny(hidden);
    for (const part of ownParts) removePart(join(hidden, part));
    for (const { name } of entriesIn(hidden)) unlinkSync(diskPath(join(hidden, name)));
    rmdirSync(diskPath(hidden));
  } catch (error) {
    for (const part of ownParts) mkdirSync(diskPath(join(hidden, part)), { recursive: true, mode: 0o700 });
    renameSync(diskPath(hidden), diskPath(directory));
    throw error;
  }
  const end = folderPath(maildir, top);
  for (let around = dirname(directory); around.startsWith(end) && isEmpty(around); around = dirname(around)) {
    rmdirSync(diskPath(around));
  }
}

/** Something may have come until the moment at which the mailbox was moved aside. */
function refuseAny(directory: string): void {
  refuseOthers(directory);
  for (const part of ['new', 'cur']) {
    const [entry] = entriesIn(join(directory, part));
    if (entry) throw new Error(`its ${part} still contains ${entry.name}`);
  }
  const inner = entriesIn(directory).find(({ name, isDirectory }) => isDirectory && !ownParts.includes(name));
  if (inner) throw new Error(`it contains the directory ${inner.name}`);
}

/** In tmp/ there may be what was being delivered and never was: it counts as not accepted. */
function removePart(path: string): void {
  for (const { name } of entriesIn(path)) unlinkSync(diskPath(join(path, name)));
  if (lstatSync(diskPath(path), { throwIfNoEntry: false })) rmdirSync(diskPath(path));
}

function isEmpty(directory: string): boolean {
  return entriesIn(directory).length === 0;
}

function entriesIn(directory: string): { name: string; isDirectory: boolean }[] {
  try {
    const entries = readdirSync(diskPath(directory), { encoding: 'buffer', withFileTypes: true });
    return entries.map(entry => ({ name: nameText(entry.name), isDirectory: entry.isDirectory() }));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
