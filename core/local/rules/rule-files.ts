// The .qmail files of one home directory as files: listed, read with a stamp, replaced and removed durably.
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
} from 'node:fs';
import { errorCode, reasonOf } from '../../lib/user-error.ts';
import { syncFile, writeAll } from '../into/write-and-sync.ts';
import { rawPath } from '../raw-path.ts';

/** A .qmail file as it is on disk. */
export type StoredRule =
  | { readonly kind: 'read'; readonly raw: Buffer; readonly stamp: string; readonly mode: number }
  /** It is there, but what it says cannot be shown; `why` is a clause. */
  | { readonly kind: 'unreadable'; readonly why: string };

/** Files and names in one home; `name` is what follows `.qmail`, a byte string. */
export interface RuleFiles {
  /** Names of all regular files that begin with `.qmail`. @throws Error of the system */
  names(): string[];
  /** Undefined when there is no such regular file. */
  read(name: string): StoredRule | undefined;
  /**
   * Puts the bytes in the file's place in one step, mode 0600; on disk when it resolves.
   * @param isStill called right before the step; when it says no, nothing is changed and the answer is false
   * @throws Error of the system
   */
  replace(name: string, raw: Uint8Array, isStill: () => boolean): Promise<boolean>;
  /** @throws Error of the system */
  remove(name: string): Promise<void>;
}

/** No rule that a person edits in a window is larger. */
const largestBytes = 400_000;

/** @param homeDir absolute path, a byte string */
export function openRuleFiles(homeDir: string): RuleFiles {
  const pathOf = (name: string) => `${homeDir}/.qmail${name}`;

  /** Root must not follow what another user's links point to, and must leave that user's files theirs. */
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
  const fd = openSync(rawPath(path), constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return undefined;
    if (foreignOwner && stat.uid !== foreignOwner.uid) return { kind: 'unreadable', why: 'it belongs to another user' };
    if (stat.size > largestBytes)
      return { kind: 'unreadable', why: `it is too large to edit here, ${stat.size} bytes` };
    const raw = readFileSync(fd);
    return { kind: 'read', raw, stamp: createHash('sha256').update(raw).digest('hex'), mode: stat.mode };
  } finally {
    closeSync(fd);
  }
}

/** People keep their .qmail files elsewhere and link to them: then the file is replaced, not the link. */
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
