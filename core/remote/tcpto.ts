// Hosts that did not answer lately (qmail's tcpto): they are left alone for about an hour, so that a host that is down does
// not hold a delivery slot for a whole connect timeout again and again. The table is qmail's own file, which qmail-tcpto
// and qmail-remote read and write too, under its lock. It is advice: without it mail is only tried more often.
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, nowSec } from '../lib/clock.ts';
import { tryLockExclusive } from '../lib/posix.ts';
import { formatFor, type TcpToFormat, type TcpToTable, tableBytes, tcpToFormats, tcpToTable } from './tcpto-table.ts';

/** The table of hosts that timed out. Its methods do nothing where the table is missing or locked by others. */
export interface TcpTo {
  /** Is this host to be left alone now? */
  isResting(ip: string): boolean;
  /** The host answered: it starts afresh. */
  connected(ip: string): void;
  /** A connection attempt timed out; a refusal does not count. */
  timedOut(ip: string): void;
  /** Forgets everything, e.g. when the network comes back. Makes the table where it is missing. */
  clear(): void;
}

/** @param random from 0 up to 1: spreads the end of the rest, 64 to 97 minutes after the last timeout */
export function openTcpTo(lockDir: string, clock: Clock, random: () => number = Math.random): TcpTo {
  /** Changes the table if `change` says that it did. */
  function update(ip: string, change: (table: TcpToTable) => boolean): void {
    const format = formatFor(ip);
    ignoringErrors(() =>
      withFile(join(lockDir, format.name), constants.O_RDWR, fd => {
        if (!tryLockExclusive(fd)) return;
        const raw = readTable(fd, format);
        if (change(tcpToTable(format, raw))) writeSync(fd, raw, 0, raw.length, 0);
      }),
    );
  }

  const find = (ip: string) => ignoringErrors(() => readTcpTo(lockDir, formatFor(ip)).find(ip));

  return {
    isResting(ip) {
      const known = find(ip);
      if (!known || known.count < 2) return false;
      const agoSec = nowSec(clock) - known.atSec;
      // A time to come was written before the clock was set back: it says nothing.
      return agoSec >= 0 && agoSec < (60 + Math.floor(random() * 32)) * 64;
    },
    connected(ip) {
      if (find(ip)) update(ip, table => table.connected(ip));
    },
    timedOut: ip => update(ip, table => table.timedOut(ip, nowSec(clock))),
    clear: () => void ignoringErrors(() => clearTcpTo(lockDir)),
  };
}

/** Reads one table. @throws when there is none */
export function readTcpTo(lockDir: string, format: TcpToFormat): TcpToTable {
  return withFile(join(lockDir, format.name), constants.O_RDONLY, fd => tcpToTable(format, readTable(fd, format)));
}

/** Makes the tables that are missing, and forgets everything in those that are there (qmail-tcpok). @throws */
export function clearTcpTo(lockDir: string): void {
  for (const format of tcpToFormats) {
    withFile(join(lockDir, format.name), constants.O_WRONLY | constants.O_CREAT, fd => {
      writeSync(fd, Buffer.alloc(tableBytes(format)), 0, tableBytes(format), 0);
    });
  }
}

function withFile<T>(path: string, flags: number, use: (fd: number) => T): T {
  const fd = openSync(path, flags, 0o644);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

function readTable(fd: number, format: TcpToFormat): Buffer {
  const raw = Buffer.alloc(tableBytes(format));
  return raw.subarray(0, readSync(fd, raw, 0, raw.length, 0));
}

function ignoringErrors<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
