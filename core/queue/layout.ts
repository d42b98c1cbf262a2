// Where everything lies in a qmail queue. N is the inode number of the message file; some directories are split by N mod 23.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const split = 23;

/** Paths of one queue. */
export interface QueueLayout {
  readonly root: string;
  readonly pidDir: string;
  readonly intdDir: string;
  readonly todoDir: string;
  readonly lockDir: string;
  /** Waypost's own: what was accepted and delivered since the last checkpoint. */
  readonly journalDir: string;
  /** Waypost's own: which messages are held. */
  readonly heldDir: string;
  /** The directories of a split kind, 0 to 22. */
  dirs(kind: SplitKind): string[];
  /** The directory that holds a split file of message N. */
  dirOf(kind: SplitKind, id: number): string;
  mess(id: number): string;
  info(id: number): string;
  local(id: number): string;
  remote(id: number): string;
  intd(id: number): string;
  todo(id: number): string;
  bounce(id: number): string;
  held(id: number): string;
  readonly trigger: string;
  readonly sendMutex: string;
}

type SplitKind = 'mess' | 'info' | 'local' | 'remote';
const splitKinds: readonly SplitKind[] = ['mess', 'info', 'local', 'remote'];

/** The layout below `home/queue`. */
export function queueLayout(home: string): QueueLayout {
  const root = join(home, 'queue');
  const dirOf = (kind: SplitKind, id: number) => join(root, kind, String(id % split));
  const inSplit = (kind: SplitKind) => (id: number) => join(dirOf(kind, id), String(id));
  const inFlat = (kind: string) => (id: number) => join(root, kind, String(id));
  return {
    root,
    pidDir: join(root, 'pid'),
    intdDir: join(root, 'intd'),
    todoDir: join(root, 'todo'),
    lockDir: join(root, 'lock'),
    journalDir: join(root, 'journal'),
    heldDir: join(root, 'held'),
    dirs: kind => Array.from({ length: split }, (_, i) => join(root, kind, String(i))),
    dirOf,
    mess: inSplit('mess'),
    info: inSplit('info'),
    local: inSplit('local'),
    remote: inSplit('remote'),
    intd: inFlat('intd'),
    todo: inFlat('todo'),
    bounce: inFlat('bounce'),
    held: inFlat('held'),
    trigger: join(root, 'lock', 'trigger'),
    sendMutex: join(root, 'lock', 'sendmutex'),
  };
}

/** Makes the directories that are missing; the queue itself is closed to other users. */
export function makeQueueDirs(layout: QueueLayout): void {
  mkdirSync(layout.root, { recursive: true, mode: 0o700 });
  for (const name of ['pid', 'intd', 'todo', 'bounce', 'lock', 'journal', 'held'])
    mkdirSync(join(layout.root, name), { recursive: true });
  for (const kind of splitKinds) for (const dir of layout.dirs(kind)) mkdirSync(dir, { recursive: true });
}

/** A message number from a file name; undefined for names that are not all digits. */
export function messageId(name: string): number | undefined {
  return /^[1-9]\d{0,15}$/.test(name) ? Number(name) : undefined;
}
