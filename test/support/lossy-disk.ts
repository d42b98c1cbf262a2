// A disk that loses in a power failure what was not synced: it remembers what each sync covered, and writes that
// elsewhere when the power fails. For tests within one process. Import it before anything of core/: fsync and fdatasync of
// node:fs are replaced there, since every part of the queue syncs its own files. Needs /proc. As on file systems with a
// journal, names change in order: an fsync of anything makes durable which names there are everywhere, an fdatasync does not.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

export interface LossyDisk {
  /** What syncfs(2) does. @returns what to call at its end: from then on all is durable that is there now */
  sync(): () => void;
  /**
   * The power fails: writes what is left of the disk below another directory. From now on nothing is durable any more.
   * @param byChance what has reached the disk without a sync: the names as they are now, the bytes of the files in a directory
   */
  fail(to: string, byChance: { readonly names: boolean; readonly bytes: (directory: string) => boolean }): void;
}

/** A file as it is or was. */
interface Content {
  readonly raw: Buffer;
  readonly mtimeSec: number;
}

/** The names in a directory, and which file each of them is. */
type Names = ReadonlyMap<string, string>;

/** Files by what tells them apart, directories by their path. */
interface State {
  readonly files: ReadonlyMap<string, Content>;
  readonly directories: ReadonlyMap<string, Names>;
}

interface Opened extends LossyDisk {
  syncOne(fd: number, names: 'with names' | 'without names'): Promise<void>;
}

const disks = new Map<string, Opened>();

/**
 * The disk below a directory.
 * @param slow how long a sync of one file or directory takes
 */
export function openLossyDisk(root: string, slow: () => Promise<void>): LossyDisk {
  const files = latestOf<Content>();
  const directories = latestOf<Names>();
  let syncs = 0;
  let isOff = false;

  function begin(state: State): () => void {
    const number = ++syncs;
    return () => {
      if (isOff) return;
      for (const [key, content] of state.files) files.keep(key, number, content);
      for (const [path, names] of state.directories) directories.keep(path, number, names);
    };
  }

  const disk: Opened = {
    sync: () => begin(stateBelow(root)),
    async syncOne(fd, names) {
      const files = contentsOf(fd);
      const below = names === 'with names' ? namesBelow(root) : new Map<string, Names>();
      const end = begin({ files, directories: below });
      await slow();
      end();
    },
    fail(to, byChance) {
      isOff = true;
      disks.delete(root);
      const now = stateBelow(root);
      for (const path of new Set([...directories.keys(), ...now.directories.keys()])) {
        const directory = join(to, path.slice(root.length));
        fs.mkdirSync(directory, { recursive: true });
        const names = byChance.names ? now.directories.get(path) : directories.get(path);
        for (const [name, key] of names ?? []) {
          const content = byChance.bytes(path) ? (now.files.get(key) ?? files.get(key)) : files.get(key);
          writeFile(join(directory, name), content);
        }
      }
    },
  };
  disks.set(root, disk);
  return disk;
}

/** For each key the value of the newest sync that has ended: one that began before it may end later. */
function latestOf<T>() {
  const latest = new Map<string, { number: number; value: T }>();
  return {
    keep(key: string, number: number, value: T): void {
      if ((latest.get(key)?.number ?? 0) < number) latest.set(key, { number, value });
    },
    get: (key: string) => latest.get(key)?.value,
    keys: () => latest.keys(),
  };
}

/** Without content the name is there and the bytes are not. */
function writeFile(path: string, content: Content | undefined): void {
  fs.writeFileSync(path, content?.raw ?? '');
  if (content) fs.utimesSync(path, content.mtimeSec, content.mtimeSec);
}

function stateBelow(root: string): State {
  const files = new Map<string, Content>();
  const directories = namesBelow(root);
  for (const [directory, names] of directories)
    for (const [name, key] of names) files.set(key, contentOf(join(directory, name)));
  return { files, directories };
}

function namesBelow(directory: string, found = new Map<string, Names>()): Map<string, Names> {
  const names = new Map<string, string>();
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) namesBelow(path, found);
    else if (entry.isFile()) names.set(entry.name, keyOf(path));
  }
  return found.set(directory, names);
}

/** Nothing for a directory. */
function contentsOf(fd: number): Map<string, Content> {
  const path = `/proc/self/fd/${fd}`; // A file may have no name (any more).
  return fs.fstatSync(fd).isDirectory() ? new Map() : new Map([[keyOf(path), contentOf(path)]]);
}

/** An inode number is used again: with the file's birth it names one file, whatever its names. */
function keyOf(path: string): string {
  const { ino, birthtimeNs } = fs.statSync(path, { bigint: true });
  return `${ino} ${birthtimeNs}`;
}

function contentOf(path: string): Content {
  return { raw: fs.readFileSync(path), mtimeSec: fs.statSync(path).mtimeMs / 1000 };
}

type Sync = (fd: number, done: (error: unknown) => void) => void;

/** The true calls are not made: what is durable, the test decides. */
function sync(names: 'with names' | 'without names'): Sync {
  return (fd, done) => {
    const path = disks.size > 0 ? fs.readlinkSync(`/proc/self/fd/${fd}`) : '';
    const disk = [...disks].find(([root]) => path.startsWith(`${root}/`))?.[1];
    const synced = disk ? disk.syncOne(fd, names) : Promise.resolve();
    synced.then(() => setImmediate(done, null), done);
  };
}

Object.assign(fs, { fsync: sync('with names'), fdatasync: sync('without names') });
syncBuiltinESMExports();
