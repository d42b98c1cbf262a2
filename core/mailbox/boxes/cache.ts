// Keeps summaries between runs, in SQLite under index/. It is only a cache: if it is damaged, it is made again from the messages,
// and without it everything works, only slower at first.
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../lib/clock.ts';
import type { Dispose } from '../../lib/dispose.ts';
import type { LogLine } from '../../lib/log.ts';
import type { TimeSlice } from '../../lib/time-slice.ts';
import { reasonOf } from '../../lib/user-error.ts';
import type { Summary } from '../reading/summary.ts';
import { formatCachedSummary, parseCachedSummary } from './cached-summary.ts';

export interface SummaryCache {
  /** Forgets the mailboxes that are not in the list. */
  prune(mailboxes: readonly string[]): void;
  /** Hands over the summaries of a mailbox; those that `take` refuses are forgotten. */
  load(mailbox: string, take: (unique: string, summary: Summary) => boolean, slice: TimeSlice): Promise<void>;
  put(mailbox: string, unique: string, summary: Summary): void;
  drop(mailbox: string, unique: string): void;
  /** Writes what is not written yet. */
  readonly close: Dispose;
}

// Another number starts a new file: rows of older versions cannot be read, and messages that could not be parsed are tried
// again.
const version = 4;
const flushMs = 1000;
const flushRows = 500;

interface Change {
  readonly mailbox: string;
  readonly unique: string;
  /** undefined: forget the row. */
  readonly row: string | undefined;
}

/** @param path the database file; undefined: nothing is kept */
export function openSummaryCache(deps: { path: string | undefined; clock: Clock; log: LogLine }): SummaryCache {
  const { path, clock, log } = deps;
  let db = path === undefined ? undefined : (open(path, log) ?? reopen(path, log));
  let waiting: Change[] = [];
  let cancelTimer: Dispose | undefined;
  let closed = false;

  /** Runs `work` on the database; if that fails, starts a new file. */
  function use(work: (db: DatabaseSync) => void): void {
    if (!db || path === undefined) return;
    try {
      work(db);
    } catch (error) {
      log(`warning: message index ${path} is unusable and started again: ${reasonOf(error)}`);
      closeQuietly(db);
      db = closed ? undefined : reopen(path, log);
    }
  }

  function flush(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    const changes = waiting;
    waiting = [];
    if (changes.length === 0) return;
    use(db => {
      const put = db.prepare('INSERT OR REPLACE INTO summary VALUES (?, ?, ?)');
      const drop = db.prepare('DELETE FROM summary WHERE mailbox = ? AND name = ?');
      db.exec('BEGIN');
      for (const { mailbox, unique, row } of changes) {
        if (row === undefined) drop.run(mailbox, unique);
        else put.run(mailbox, unique, row);
      }
      db.exec('COMMIT');
    });
  }

  function later(change: Change): void {
    if (!db || closed) return;
    waiting.push(change);
    if (waiting.length >= flushRows) flush();
    else cancelTimer ??= clock.after(flushMs, flush);
  }

  return {
    prune(mailboxes) {
      use(db => {
        const kept = db.prepare('SELECT DISTINCT mailbox FROM summary').all() as { mailbox: string }[];
        for (const { mailbox } of kept) {
          if (!mailboxes.includes(mailbox)) db.prepare('DELETE FROM summary WHERE mailbox = ?').run(mailbox);
        }
      });
    },
    async load(mailbox, take, slice) {
      // In portions instead of with one open cursor: in between, rows may be written, or the file be found damaged.
      let after = '';
      for (;;) {
        let rows: { name: string; row: string }[] = [];
        use(db => {
          const select = db.prepare(
            'SELECT name, row FROM summary WHERE mailbox = ? AND name > ? ORDER BY name LIMIT 500',
          );
          rows = select.all(mailbox, after) as typeof rows;
        });
        const last = rows.at(-1);
        if (!last || closed) return;
        after = last.name;
        for (const { name, row } of rows) {
          const summary = parseCachedSummary(row);
          if (!summary || !take(name, summary)) later({ mailbox, unique: name, row: undefined });
        }
        if (slice.isOver()) await slice.next();
      }
    },
    put: (mailbox, unique, summary) => later({ mailbox, unique, row: formatCachedSummary(summary) }),
    drop: (mailbox, unique) => later({ mailbox, unique, row: undefined }),
    close() {
      if (closed) return;
      flush();
      closed = true;
      if (db) closeQuietly(db);
      db = undefined;
    },
  };
}

function open(path: string, log: LogLine): DatabaseSync | undefined {
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    db = new DatabaseSync(path);
    // A cache need not be durable; with the write-ahead log, readers and the writer do not block each other.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
    const { user_version: found } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    if (found !== 0 && found !== version) throw new Error(`version ${found} is not version ${version}`);
    db.exec(
      'CREATE TABLE IF NOT EXISTS summary (mailbox TEXT, name TEXT, row TEXT, PRIMARY KEY (mailbox, name)) WITHOUT ROWID, STRICT',
    );
    db.exec(`PRAGMA user_version = ${version}`);
    return db;
  } catch (error) {
    log(`warning: unable to use the message index ${path}: ${reasonOf(error)}`);
    if (db) closeQuietly(db);
    return undefined;
  }
}

function reopen(path: string, log: LogLine): DatabaseSync | undefined {
  try {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
  } catch (error) {
    log(`warning: unable to remove the message index ${path}: ${reasonOf(error)}`);
    return undefined;
  }
  return open(path, log);
}

function closeQuietly(db: DatabaseSync): void {
  try {
    db.close();
  } catch {
    // What could not be written is only a cache.
  }
}
