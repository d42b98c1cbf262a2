// The table of hosts that timed out, in qmail's file format (queue.md 7), and how deliveries use it.
import assert from 'node:assert/strict';
import { existsSync, openSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { type Dial, DialTimeout } from '../../../../core/conversation/channel.ts';
import { systemClock } from '../../../../core/lib/clock.ts';
import { tryLockExclusive } from '../../../../core/lib/posix.ts';
import { clearTcpTo, openTcpTo, readTcpTo, type TcpTo } from '../../../../core/remote/connections/tcpto.ts';
import { formatFor, tableBytes, tcpToFormats, tcpToTable } from '../../../../core/remote/connections/tcpto-table.ts';
import { remoteRig } from '../../../support/remote-rig.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const [ipv4, ipv6] = tcpToFormats as [(typeof tcpToFormats)[0], (typeof tcpToFormats)[0]];

interface Table {
  readonly directory: string;
  readonly tcpto: TcpTo;
  wait(seconds: number): void;
  read(): Buffer;
}

/** The clock starts at 1000000 s. */
function table(t: TestContext, random = 0): Table {
  const directory = tempDir(t);
  let nowMs = 1_000_000_999;
  const tcpto = openTcpTo(directory, { ...systemClock, nowMs: () => nowMs }, () => random);
  tcpto.clear();
  return {
    directory,
    tcpto,
    wait(seconds) {
      nowMs += seconds * 1000;
    },
    read: () => readFileSync(join(directory, 'tcpto')),
  };
}

test('tcpto: two timeouts → one record, byte for byte as qmail writes it', t => {
  const { tcpto, wait, read } = table(t);
  tcpto.timedOut('192.0.2.7');
  wait(120);
  tcpto.timedOut('192.0.2.7');
  const expected = Buffer.alloc(1024);
  expected.set([192, 0, 2, 7, 2, 0, 0, 0, 1_000_120 & 255, (1_000_120 >> 8) & 255, 1_000_120 >> 16]);
  assert.deepEqual(read(), expected);
});

test('tcpto: a second timeout within two minutes → is the same one', t => {
  const { tcpto, wait, directory } = table(t);
  tcpto.timedOut('192.0.2.7');
  wait(119);
  tcpto.timedOut('192.0.2.7');
  assert.deepEqual(readTcpTo(directory, ipv4).all(), [{ ip: '192.0.2.7', count: 1, atSec: 1_000_000 }]);
});

test('tcpto: the clock was set back since the last timeout → a new one counts', t => {
  const { tcpto, wait, directory } = table(t);
  tcpto.timedOut('192.0.2.7');
  wait(-500_000);
  tcpto.timedOut('192.0.2.7');
  assert.deepEqual(readTcpTo(directory, ipv4).all(), [{ ip: '192.0.2.7', count: 2, atSec: 500_000 }]);
});

for (const [random, restSec] of [
  [0, 3840],
  [0.999, 5824],
] as const) {
  test(`tcpto: two timeouts, random ${random} → rests for ${restSec} s`, t => {
    const { tcpto, wait } = table(t, random);
    tcpto.timedOut('192.0.2.7');
    assert.ok(!tcpto.isResting('192.0.2.7'));
    wait(120);
    tcpto.timedOut('192.0.2.7');
    wait(restSec - 1);
    assert.ok(tcpto.isResting('192.0.2.7'));
    assert.ok(!tcpto.isResting('192.0.2.8'));
    wait(1);
    assert.ok(!tcpto.isResting('192.0.2.7'));
  });
}

test('tcpto: the count stops at 10, success makes the record free, qmail-tcpok all of them', t => {
  const { tcpto, wait, directory, read } = table(t);
  for (let n = 0; n < 12; n++) {
    tcpto.timedOut('192.0.2.7');
    wait(200);
  }
  assert.equal(readTcpTo(directory, ipv4).find('192.0.2.7')?.count, 10);
  tcpto.connected('192.0.2.7');
  assert.deepEqual(readTcpTo(directory, ipv4).all(), []);
  tcpto.timedOut('192.0.2.8');
  clearTcpTo(directory);
  assert.deepEqual(read(), Buffer.alloc(1024));
});

test('tcpto: a full table → the record with the least time + 1024 × count goes', t => {
  const { tcpto, wait, directory } = table(t);
  tcpto.timedOut('10.0.0.1');
  wait(200);
  tcpto.timedOut('10.0.0.1');
  for (let n = 2; n <= 64; n++) tcpto.timedOut(`10.0.0.${n}`);
  tcpto.timedOut('10.0.0.65');
  const ips = readTcpTo(directory, ipv4)
    .all()
    .map(({ ip }) => ip);
  assert.equal(ips.length, 64);
  assert.deepEqual(ips.slice(0, 3), ['10.0.0.1', '10.0.0.65', '10.0.0.3']);
});

test('tcpto: IPv6 → a table beside qmail’s, which stays untouched', t => {
  const { tcpto, wait, directory, read } = table(t);
  tcpto.timedOut('2001:DB8::1');
  wait(120);
  tcpto.timedOut('2001:db8:0:0:0:0:0:1');
  assert.ok(tcpto.isResting('2001:db8::1'));
  assert.deepEqual(readTcpTo(directory, ipv6).all(), [{ ip: '2001:db8::1', count: 2, atSec: 1_000_120 }]);
  assert.deepEqual(read(), Buffer.alloc(1024));
});

test('tcpto: no table, an empty one, one locked by another process → all hosts are tried, no error, no file created', t => {
  const { tcpto, wait, directory, read } = table(t);
  const path = join(directory, 'tcpto');
  openTcpTo(join(directory, 'nowhere'), systemClock).timedOut('192.0.2.7');
  assert.ok(!existsSync(join(directory, 'nowhere')));
  truncateSync(path);
  tcpto.timedOut('192.0.2.7');
  assert.equal(read().length, 0);
  writeFileSync(path, Buffer.alloc(1024));
  assert.ok(tryLockExclusive(openSync(path, 'r+')));
  tcpto.timedOut('192.0.2.7');
  wait(120);
  assert.ok(!tcpto.isResting('192.0.2.7'));
  assert.deepEqual(read(), Buffer.alloc(1024));
});

test('tcpToTable: any bytes of any length → never throws, and what was counted is found', () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6());
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1800 }), address, fc.nat(), (bytes, ip, nowSec) => {
      const format = formatFor(ip);
      const raw = Buffer.from(bytes).subarray(0, tableBytes(format));
      const known = tcpToTable(format, raw);
      known.all();
      if (known.timedOut(ip, nowSec)) assert.equal(known.find(ip)?.atSec, nowSec);
      if (known.connected(ip)) assert.equal(known.find(ip), undefined);
    }),
    { numRuns: 2000 },
  );
});

test('remote: a host that timed out twice → is left alone for an hour, and tried again after it', async t => {
  const { tcpto, wait } = table(t);
  let dialled = 0;
  const dial: Dial = async () => {
    dialled++;
    throw new DialTimeout('connection timed out');
  };
  const rig = remoteRig(t, { port: 26, deps: { dial, tcpto } });
  const counts: number[] = [];
  for (const seconds of [0, 60, 60, 120, 60 * 64 - 121, 1]) {
    wait(seconds);
    assert.equal((await rig.deliver('a@b')).kind, 'later');
    counts.push(dialled);
  }
  // The second attempt is within two minutes: its timeout is the same one. The third makes two.
  assert.deepEqual(counts, [1, 2, 3, 3, 3, 4]);
});

test('remote: a refused connection → is not counted', async t => {
  const { tcpto, read } = table(t);
  await remoteRig(t, { port: 9, deps: { tcpto } }).deliver('a@b');
  assert.deepEqual(read(), Buffer.alloc(1024));
});
