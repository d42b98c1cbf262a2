// Paths in a qmail queue. N is the inode number of the message file; some directories are split by N mod 23, or by the number
// that the qmail that made the queue was built with (conf-split; with the patch "big-todo" todo and intd too).
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const usualSplit = 23;

/** Paths of one queue. */
export interface QueueLayout {
  readonly root: string;
  readonly pidDir: string;
  readonly todoDir: string;
  readonly lockDir: string;
  /** Waypost's own: what was accepted and delivered since the last checkpoint. */
  readonly journalDir: string;
  /** Waypost's own: which messages are held. */
  readonly heldDir: string;
  readonly bounceDir: string;
  /** Waypost's own: the fields of failures that bounces report. */
  readonly failuresDir: string;
  /** Waypost's own: whose senders know of a delay. */
  readonly delayedDir: string;
  /** Waypost's own: what senders want to be told. */
  readonly dsnDir: string;
  /** How many directories a split kind has. */
  readonly split: number;
  /** The directories of a kind: 0 to 22 where it is split. */
  dirs(kind: Kind): string[];
  /** The directory that holds a file of message N. */
  dirOf(kind: Kind, id: number): string;
  mess(id: number): string;
  info(id: number): string;
  local(id: number): string;
  remote(id: number): string;
  intd(id: number): string;
  todo(id: number): string;
  bounce(id: number): string;
  held(id: number): string;
  failures(id: number): string;
  delayed(id: number): string;
  dsn(id: number): string;
  readonly trigger: string;
  readonly sendMutex: string;
}

type SplitKind = 'mess' | 'info' | 'local' | 'remote';
type Kind = SplitKind | 'todo' | 'intd';
const splitKinds: readonly SplitKind[] = ['mess', 'info', 'local', 'remote'];

/** The layout below `home/queue`: that of an existing queue, else the usual one. */
export function queueLayout(home: string): QueueLayout {
  const root = join(home, 'queue');
  let known: Shape | undefined;
  const shape = () => {
    known ??= shapeOf(root);
    return known;
  };
  const isSplit = (kind: Kind) => (kind !== 'todo' && kind !== 'intd') || shape().splitsTodo;
  const dirOf = (kind: Kind, id: number) =>
    isSplit(kind) ? join(root, kind, String(id % shape().split)) : join(root, kind);
  const pathOf = (kind: Kind) => (id: number) => join(dirOf(kind, id), String(id));
  const inFlat = (kind: string) => (id: number) => join(root, kind, String(id));
  return {
    root,
    pidDir: join(root, 'pid'),
    todoDir: join(root, 'todo'),
    lockDir: join(root, 'lock'),
    journalDir: join(root, 'journal'),
    heldDir: join(root, 'held'),
    bounceDir: join(root, 'bounce'),
    failuresDir: join(root, 'failures'),
    delayedDir: join(root, 'delayed'),
    dsnDir: join(root, 'dsn'),
    get split() {
      return shape().split;
    },
    dirs: kind =>
      isSplit(kind) ? Array.from({ length: shape().split }, (_, i) => join(root, kind, String(i))) : [join(root, kind)],
    dirOf,
    mess: pathOf('mess'),
    info: pathOf('info'),
    local: pathOf('local'),
    remote: pathOf('remote'),
    intd: pathOf('intd'),
    todo: pathOf('todo'),
    bounce: inFlat('bounce'),
    held: inFlat('held'),
    failures: inFlat('failures'),
    delayed: inFlat('delayed'),
    dsn: inFlat('dsn'),
    trigger: join(root, 'lock', 'trigger'),
    sendMutex: join(root, 'lock', 'sendmutex'),
  };
}

/** How a queue is split. */
interface Shape {
  readonly split: number;
  /** Big-todo. */
  readonly splitsTodo: boolean;
}

/**
 * A queue that lost directories, or whose creation was interrupted, must not be taken for one that is split into fewer: its
 * messages would not be found. Fewer than usual are believed only if every kind has exactly that many.
 */
function shapeOf(root: string): Shape {
  const found = splitKinds.map(kind => dirsIn(join(root, kind)));
  const most = Math.max(...found.map(({ split }) => split));
  const isCertain = most > usualSplit || found.every(({ split, count }) => split === most && count === most);
  const splitsTodo = statSync(join(root, 'todo', '0'), { throwIfNoEntry: false })?.isDirectory() ?? false;
  return { split: isCertain && most > 0 ? most : usualSplit, splitsTodo };
}

/** Into how many directories a kind is split, by the largest of their names, and how many of them exist. */
function dirsIn(directory: string): { split: number; count: number } {
  const numbers = namesIn(directory)
    .filter(name => /^(?:0|[1-9]\d{0,4})$/.test(name))
    .map(Number);
  return { split: Math.max(-1, ...numbers) + 1, count: numbers.length };
}

function namesIn(directory: string): string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.filter(entry => entry.isDirectory()).map(({ name }) => name);
  } catch {
    return []; // There is no queue yet, or this process may not read it.
  }
}

/** Creates missing directories; the queue itself is closed to other users. */
export function makeQueueDirs(layout: QueueLayout): void {
  mkdirSync(layout.root, { recursive: true, mode: 0o700 });
  for (const name of ['pid', 'intd', 'todo', 'bounce', 'lock', 'journal', 'held', 'failures', 'delayed', 'dsn'])
    mkdirSync(join(layout.root, name), { recursive: true });
  for (const kind of [...splitKinds, 'todo', 'intd'] as const)
    for (const dir of layout.dirs(kind)) mkdirSync(dir, { recursive: true });
}

/** A message number from a file name; undefined for names that are not all digits. */
export function messageNumber(name: string): number | undefined {
  return /^[1-9]\d{0,15}$/.test(name) ? Number(name) : undefined;
}
