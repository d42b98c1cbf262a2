// tai64n, tai64nlocal and splogger on pieces of any size; the host's own log directories.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatTai64n, localTimeOfStamp, parseTai64n } from '../../../core/lib/text/tai64n.ts';
import { openLogDirectory, readLogSince } from '../../../core/log/log-directory.ts';
import { formatSyslog, syslogLines } from '../../../core/log/syslog-lines.ts';
import { localTimeLines, tai64nLines } from '../../../core/log/tai64n-lines.ts';
import { steppedClock } from '../../support/stepped-clock.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

process.env.TZ = 'UTC';

const stamp = '@4000000037c219bf2ef02e94';

test('tai64n: the stamp of analog.md section 5 → its time', () => {
  assert.equal(parseTai64n(stamp), 935_467_445_787);
  assert.equal(localTimeOfStamp(stamp), '1999-08-24 04:04:05.787492500');
  assert.equal(formatTai64n(935_467_445_787.5).slice(0, 22), `${stamp.slice(0, 17)}2ef04`);
});

test('tai64n: any time → read back from its stamp, and later stamps are greater', () => {
  const time = fc.integer({ min: 0, max: 4e12 });
  fc.assert(
    fc.property(time, time, (one, other) => {
      assert.equal(parseTai64n(formatTai64n(one)), one);
      assert.equal(formatTai64n(one) < formatTai64n(other), one < other);
    }),
  );
});

test('tai64n: anything that is not a stamp → undefined', () => {
  for (const text of ['', '@', stamp.slice(0, -1), `${stamp}0`, stamp.toUpperCase(), stamp.slice(1)]) {
    assert.equal(parseTai64n(text), undefined, text);
  }
});

function inPieces(change: (piece: Uint8Array) => string, text: string, cuts: readonly number[]): string {
  const at = [0, ...cuts.map(cut => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  return at
    .slice(1)
    .map((end, i) => change(Buffer.from(text.slice(at[i], end), 'latin1')))
    .join('');
}

const text = fc.string({
  unit: fc.constantFrom('a', '\n', '\xff', '@4000000037c219bf2ef02e94', ' ', '0'),
  maxLength: 30,
});
const cuts = fc.array(fc.nat(500), { maxLength: 6 });

test('tai64n: any bytes in any pieces → a stamp before every line, the bytes as they were', () => {
  fc.assert(
    fc.property(text, cuts, (input, where) => {
      const wanted = input.replace(/^(?=[\s\S])/gm, `${formatTai64n(1000)} `);
      assert.equal(
        inPieces(
          tai64nLines(() => 1000),
          input,
          where,
        ),
        wanted,
      );
    }),
  );
});

test('tai64nlocal: any bytes in any pieces → stamps at line starts only', () => {
  fc.assert(
    fc.property(text, cuts, (input, where) => {
      const lines = `${input}\n`;
      const wanted = lines.replace(/^@[0-9a-f]*/gm, found => localTimeOfStamp(found));
      assert.equal(inPieces(localTimeLines(), lines, where), wanted);
    }),
  );
});

test('splogger: lines → priorities by their first word, stamps, control bytes as ?, long ones in pieces of 799', () => {
  const message = syslogLines(() => 901_967_408_116.537);
  const long = 'x'.repeat(1700);
  const input = `new msg 7\nwarning: \ttrouble \xe4\n\nalert: oh no!\n${long}\nno end`;
  const stamped = '901967408.116537';
  assert.deepEqual(message(Buffer.from(input, 'latin1')), [
    { priority: 'info', text: `${stamped} new msg 7` },
    { priority: 'warning', text: `${stamped} warning: ?trouble ?` },
    { priority: 'alert', text: `${stamped} alert: oh no!` },
    { priority: 'info', text: `${stamped} ${'x'.repeat(799)}` },
    { priority: 'info', text: `${stamped}+${'x'.repeat(799)}` },
    { priority: 'info', text: `${stamped}+${'x'.repeat(102)}` },
  ]);
  const at = new Date(Date.UTC(2026, 10, 6, 9, 5, 7));
  assert.equal(formatSyslog({ priority: 'alert', text: 't' }, 'qmail', 2, at), '<17>Nov  6 09:05:07 qmail: t');
});

test("the host's log: full files → rotated as multilog does, and read again in their order; nothing older is to be kept", async t => {
  const directory = join(tempDir(t), 'send');
  const clock = steppedClock(1_795_252_459_000);
  const log = openLogDirectory(directory, clock, { fullBytes: 1000, plainFiles: 3 });
  const old = () => readdirSync(directory).filter(name => name.startsWith('@'));
  for (let at = 0; at < 100; at++) {
    log.line(`line ${at}`);
    log.flush();
    clock.pass(1000);
    if (at % 10 === 9)
      await until('it is rotated', () => !existsSync(join(directory, 'previous')) && old().length <= 3);
  }
  await log.close();
  assert.equal(old().length, 3);
  for (const name of [...old(), 'current']) assert.equal(statSync(join(directory, name)).mode & 0o777, 0o744, name);
  const lines = [...readLogSince(directory, 0)].map(({ text: line }) => line);
  assert.deepEqual(
    lines,
    Array.from({ length: lines.length }, (_, at) => `line ${100 - lines.length + at}`),
  );
  assert.deepEqual(
    [...readLogSince(directory, clock.nowMs() - 2000)].map(({ text: line }) => line),
    ['line 98', 'line 99'],
  );
});

test("the host's log: it was killed → what was written is kept as .u, and read", t => {
  const directory = tempDir(t);
  writeFileSync(join(directory, 'current'), `${formatTai64n(1_000_000)} before\n`);
  const log = openLogDirectory(directory, steppedClock(2_000_000));
  log.line('after');
  log.flush();
  assert.equal(readdirSync(directory).filter(name => /^@.*\.u$/.test(name)).length, 1);
  assert.deepEqual(
    [...readLogSince(directory, 0)],
    [
      { atMs: 1_000_000, text: 'before' },
      { atMs: 2_000_000, text: 'after' },
    ],
  );
});

test("the host's log: the directory is gone → mail continues, and so does the log where it can", t => {
  const directory = join(tempDir(t), 'send');
  const log = openLogDirectory(directory, steppedClock(1_000_000), { fullBytes: 10 });
  log.line('first');
  log.flush();
  rmSync(directory, { recursive: true });
  log.line('second');
  log.flush();
  assert.throws(() => readFileSync(join(directory, 'current')), { code: 'ENOENT' });
});
