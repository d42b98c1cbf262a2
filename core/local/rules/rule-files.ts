// Lists the .qmail files of one home directory, reads them with a hash, and replaces and removes them durably.
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
} from 'node:fs';
import { readRegularFile } from '../../lib/disk/read-regular-file.ts';
import { errorCode, reasonOf } from '../../lib/user-error.ts';
import { syncFile, writeAll } from '../into/write-and-sync.ts';
import { rawPath } from '../raw-path.ts';

/** A .qmail file as it is on disk. */
export type StoredRule =
  | { readonly kind: 'read'; readonly raw: Buffer; readonly stamp: string; readonly mode: number }
  /** It exists, but its contents cannot be shown; `why` is a clause. */
  | { readonly kind: 'unreadable'; readonly why: string };

/** The files of one home; `name` is the part of the file name after `.qmail`, a byte string. */
export interface RuleFiles {
  /** Names of all regular files that begin with `.qmail`. @throws Error of the system */
  names(): string[];
  /** Undefined if there is no such regular file. */
  read(name: string): StoredRule | undefined;
  /**
   * Replaces the file in one step, with mode 0600. It is on the disk when this resolves.
   * @param isStill called directly before that; if it returns false, nothing is changed and the result is false
   * @throws Error of the system
   */
  replace(name: string, raw: Uint8Array, isStill: () => boolean): Promise<boolean>;
  /** @throws Error of the system */
  remove(name: string): Promise<void>;
}

/** The largest rule that can be edited in the window. */
const largestBytes = 400_000;

/** @param homeDir absolute path, a byte string */
export function openRuleFiles(homeDir: string): RuleFiles {
  const pathOf = (name: string) => `${homeDir}/.qmail${name}`;

  /** Root must not follow another user's symbolic links, and must keep that user as the owner of the files. */
  function foreignOwner(): Stats | undefined {
    const home = statSync(rawPath(homeDir));
    return process.geteuid?.() === 0 && home.uid !== 0 ? home : undefined;
  }

  return {
    names() {
      return readdirSync(rawPath(homeDir), { encoding: 'buffer', withFileTypes: true })
        .map(entry => entry.name.toString('latin1'))
        .filter(file => file.startsWith('.qmail'))
        .map(file => file.slice('.qmail'.length));
    },
    read(name) {
      try {
        return readRule(pathOf(name), foreignOwner());
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return undefined;
        return { kind: 'unreadable', why: reasonOf(error) };
      }
    },
    async replace(name, raw, isStill) {
      const owner = foreignOwner();
      const path = owner ? pathOf(name) : followLink(pathOf(name));
      const directory = path.slice(0, path.lastIndexOf('/')) || '/';
      const tmp = `${directory}/.waypost-${randomBytes(8).toString('hex')}.tmp`;
      try {
        await writeTmp(tmp, raw, owner);
        if (!isStill()) return false;
        renameSync(rawPath(tmp), rawPath(path));
      } finally {
        removeIfThere(tmp);
      }
      await syncDirectory(directory);
      return true;
    },
    async remove(name) {
      unlinkSync(rawPath(pathOf(name)));
      await syncDirectory(homeDir);
    },
  };
}

function readRule(path: string, foreignOwner: Stats | undefined): StoredRule | undefined {
  const found = readRegularFile(rawPath(path), largestBytes);
  if (!found) return undefined;
  const { stat, raw } = found;
  if (foreignOwner && stat.uid !== foreignOwner.uid) return { kind: 'unreadable', why: 'it belongs to another user' };
  if (!raw) return { kind: 'unreadable', why: `it is too large to edit here, ${stat.size} bytes` };
  return { kind: 'read', raw, stamp: createHash('sha256').update(raw).digest('hex'), mode: stat.mode };
}

/** Some people keep their .qmail files in another directory and link to them: then the file is replaced, not the link. */
function followLink(path: string): string {
  try {
    return realpathSync(rawPath(path), { encoding: 'buffer' }).toString('latin1');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return path;
    throw error;
  }
}

async function writeTmp(path: string, raw: Uint8Array, owner: Stats | undefined): Promise<void> {
  const fd = openSync(rawPath(path), 'wx', 0o600);
  try {
    fchmodSync(fd, 0o600);
    if (owner) fchownSync(fd, owner.uid, owner.gid);
    await writeAll(fd, raw);
    await syncFile(fd);
  } finally {
    closeSync(fd);
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(rawPath(path));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

async function syncDirectory(path: string): Promise<void> {
  const fd = openSync(rawPath(path), constants.O_RDONLY);
  try {
    await syncFile(fd);
  } finally {
    closeSync(fd);
  }
}
