// Hosts that timed out recently (qmail's tcpto). They are not tried for about an hour, so that a host that is down does not block a
// delivery slot for a whole connect timeout again and again. The table is qmail's own file, which qmail-tcpto and qmail-remote also
// read and write, under its lock. It is only an optimisation: without it mail is tried more often.
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, nowSec } from '../../lib/clock.ts';
import { tryLockExclusive } from '../../lib/posix.ts';
import { formatFor, type TcpToFormat, type TcpToTable, tableBytes, tcpToFormats, tcpToTable } from './tcpto-table.ts';

/** The table of hosts that timed out. Its methods do nothing if the table is missing or locked by another process. */
export interface TcpTo {
  /** Whether this host should not be tried now. */
  isResting(ip: string): boolean;
  /** The host answered: its timeouts are forgotten. */
  connected(ip: string): void;
  /** A connection attempt timed out; a refused connection does not count. */
  timedOut(ip: string): void;
  /** Clears the table, for example when the network is back. Creates it if it is missing. */
  clear(): void;
}

/** @param random from 0 up to 1: spreads the end of the rest, 64 to 97 minutes after the last timeout */
export function openTcpTo(lockDir: string, clock: Clock, random: () => number = Math.random): TcpTo {
  /** Writes the table if `change` returns true. */
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
      // A time in the future was written before the clock was set back, and is ignored.
      return agoSec >= 0 && agoSec < (60 + Math.floor(random() * 32)) * 64;
    },
    connected(ip) {
      if (find(ip)) update(ip, table => table.connected(ip));
    },
    timedOut: ip => update(ip, table => table.timedOut(ip, nowSec(clock))),
    clear: () => void ignoringErrors(() => clearTcpTo(lockDir)),
  };
}

/** Reads one table. @throws if it does not exist */
export function readTcpTo(lockDir: string, format: TcpToFormat): TcpToTable {
  return withFile(join(lockDir, format.name), constants.O_RDONLY, fd => tcpToTable(format, readTable(fd, format)));
}

/** Creates missing tables, and clears existing ones (qmail-tcpok). @throws */
export function clearTcpTo(lockDir: string): void {
  for (const format of tcpToFormats) {
    withFile(join(lockDir, format.name), constants.O_WRONLY | constants.O_CREAT, fd => {
      writeSync(fd, Buffer.alloc(tableBytes(format)), 0, tableBytes(format), 0);
    });
  }
}

function withFile<T>(path: string, flags: number, use: (fd: number) => T): T {
  const fd = openSync(path, flags | (constants.O_NONBLOCK ?? 0), 0o644);
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
