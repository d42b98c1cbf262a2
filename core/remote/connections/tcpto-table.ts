// The format of qmail's table of hosts that timed out (queue/lock/tcpto): 64 records of 16 bytes: an IPv4 address, at byte 4 the number
// of timeouts (0: a free record), at byte 8 the time of the last one in seconds, little endian. IPv6 addresses, which qmail does not
// support, are in a second table (tcpto6), whose records have 12 more bytes of address.
import { isIPv6 } from 'node:net';

const records = 64;
const maxCount = 10;
const sameTimeoutSec = 120;

/** The format of one of the tables. */
export interface TcpToFormat {
  /** The file's name in queue/lock. */
  readonly name: string;
  readonly addressBytes: number;
}

const ipv4: TcpToFormat = { name: 'tcpto', addressBytes: 4 };
const ipv6: TcpToFormat = { name: 'tcpto6', addressBytes: 16 };
export const tcpToFormats: readonly TcpToFormat[] = [ipv4, ipv6];

/** The table for an address. */
export function formatFor(ip: string): TcpToFormat {
  return isIPv6(ip) ? ipv6 : ipv4;
}

export function tableBytes({ addressBytes }: TcpToFormat): number {
  return records * (addressBytes + 12);
}

/** A record: a host that timed out. */
interface TimedOut {
  readonly ip: string;
  readonly count: number;
  readonly atSec: number;
}

/** Reads and changes the bytes of one table. A truncated table has fewer records. */
export interface TcpToTable {
  find(ip: string): TimedOut | undefined;
  /** Counts a timeout. @returns false if the same one was already counted */
  timedOut(ip: string, nowSec: number): boolean;
  /** @returns false if the host was not in the table */
  connected(ip: string): boolean;
  all(): TimedOut[];
}

export function tcpToTable({ addressBytes }: TcpToFormat, raw: Buffer): TcpToTable {
  const recordBytes = addressBytes + 12;
  const offsets = Array.from({ length: Math.floor(raw.length / recordBytes) }, (_, at) => at * recordBytes);
  const countAt = (record: number) => record + addressBytes;
  const timeAt = (record: number) => record + addressBytes + 4;

  function recordOf(ip: string): number | undefined {
    const address = addressOf(ip, addressBytes);
    return offsets.find(at => raw[countAt(at)] !== 0 && raw.subarray(at, at + addressBytes).equals(address));
  }

  function read(record: number): TimedOut {
    const ip = formatAddress(raw.subarray(record, record + addressBytes));
    return { ip, count: raw[countAt(record)] as number, atSec: raw.readUInt32LE(timeAt(record)) };
  }

  /** A free record, or the least useful one: the oldest, where each timeout counts as 1024 seconds. */
  function leastUseful(): number | undefined {
    const free = offsets.find(at => raw[countAt(at)] === 0);
    if (free !== undefined) return free;
    const worth = (at: number): number => raw.readUInt32LE(timeAt(at)) + 1024 * (raw[countAt(at)] as number);
    return offsets.reduce<number | undefined>(
      (least, at) => (least === undefined || worth(at) < worth(least) ? at : least),
      undefined,
    );
  }

  return {
    find(ip) {
      const record = recordOf(ip);
      return record === undefined ? undefined : read(record);
    },
    timedOut(ip, nowSec) {
      const known = recordOf(ip);
      // Deliveries that tried at the same time have seen the same timeout: it counts once.
      const agoSec = known === undefined ? undefined : nowSec - read(known).atSec;
      if (agoSec !== undefined && agoSec >= 0 && agoSec < sameTimeoutSec) return false;
      const record = known ?? leastUseful();
      if (record === undefined) return false;
      raw[countAt(record)] = known === undefined ? 1 : Math.min(read(known).count + 1, maxCount);
      addressOf(ip, addressBytes).copy(raw, record);
      raw.writeUInt32LE(nowSec % 2 ** 32, timeAt(record));
      return true;
    },
    connected(ip) {
      const record = recordOf(ip);
      if (record === undefined) return false;
      raw[countAt(record)] = 0;
      return true;
    },
    all: () => offsets.map(read).filter(({ count }) => count > 0),
  };
}

/** The bytes of an address, without a zone. */
function addressOf(ip: string, addressBytes: number): Buffer {
  if (addressBytes === 4) return Buffer.from(ip.split('.').map(Number));
  // The URL parser accepts all forms of an address, and writes it as hexadecimal groups.
  const plain = new URL(`http://[${ip.split('%', 1)[0]}]`).hostname.slice(1, -1);
  const [left = '', right] = plain.split('::');
  const [before, after] = [left, right ?? ''].map(part => part.split(':').filter(group => group !== ''));
  const gap = right === undefined ? 0 : 8 - (before?.length ?? 0) - (after?.length ?? 0);
  const groups = [...(before ?? []), ...Array<string>(gap).fill('0'), ...(after ?? [])];
  return Buffer.from(groups.map(group => group.padStart(4, '0')).join(''), 'hex');
}

function formatAddress(raw: Buffer): string {
  if (raw.length === 4) return raw.join('.');
  const groups = Array.from({ length: 8 }, (_, at) => raw.readUInt16BE(at * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
