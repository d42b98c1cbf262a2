// Removes an empty mailbox: its directories, and the files of mail programs that are useless without mail. If it contains anything
// else, it stays as it was.
import { lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode } from '../../lib/user-error.ts';
import { diskPath, nameText } from '../files/disk-names.ts';
import { folderPath, ownParts } from './folder-ids.ts';

/** Files of Dovecot, Courier, mbsync and offlineimap that say where they are with a mailbox. */
const worthless =
  /^(?:maildirfolder|maildirsize|dovecot(?:[-.].*|)|courierimap[a-z]*|\.uidvalidity|\.mbsyncstate.*|\.isyncuidmap\.db.*)$/;

/** @throws Error when the directory contains anything but mail and directories */
export function refuseOthers(directory: string): void {
  if (lstatSync(diskPath(directory)).isSymbolicLink()) throw new Error('it is a symbolic link; remove it by hand');
  for (const { name, isDirectory } of entriesIn(directory)) {
    if (!isDirectory && !worthless.test(name)) throw new Error(`it contains ${name}, which is not mail`);
  }
}

/**
 * It is moved aside first, so that no program delivers into it while it is removed: such a delivery finds no mailbox, and is
 * tried again later.
 * @param aside a unique name
 * @param top the mailbox that is removed with those in it: directories up to it that are empty then are removed too
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

/** Mail may have arrived until the mailbox was moved aside. */
function refuseAny(directory: string): void {
  refuseOthers(directory);
  for (const part of ['new', 'cur']) {
    const [entry] = entriesIn(join(directory, part));
    if (entry) throw new Error(`its ${part} still contains ${entry.name}`);
  }
  const inner = entriesIn(directory).find(({ name, isDirectory }) => isDirectory && !ownParts.includes(name));
  if (inner) throw new Error(`it contains the directory ${inner.name}`);
}

/** Files in tmp/ are of deliveries that were never completed: they count as not accepted. */
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
