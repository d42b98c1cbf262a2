// Old logs are compressed and removed by age and size, yet read whole, each line once, after a crash too.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { traceFor } from '../../../core/host/home-trace.ts';
import { formatTai64n } from '../../../core/lib/text/tai64n.ts';
import { openLogDirectory, readLogPieces } from '../../../core/log/log-directory.ts';
import { finishedLogs, tendOldLogs } from '../../../core/log/old-logs.ts';
import { steppedClock } from '../../support/stepped-clock.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const startMs = 1_795_252_459_000;
const dayMs = 86_400_000;
const usual = { days: 14, bytes: 268_435_456 };

/** What the queue writes of a message to local recipients, without their ends. */
function* linesOf(id: number, recipients: number): Generator<string> {
  yield `new msg ${id}`;
  yield `info msg ${id}: bytes 300 from <ann@far.example> qp ${id} uid 0`;
  for (let n = 1; n <= recipients; n++) {
    yield `starting delivery ${n}: msg ${id} to local user${n}@h.example`;
    yield 'status: local 1/10 remote 0/20';
    yield `delivery ${n}: success: did_1+0+0/`;
    yield 'status: local 0/10 remote 0/20';
  }
  yield `end msg ${id}`;
}

test("the host's log: a message to more recipients than ten files hold → mail of days before is still traced, on little disk", async t => {
  const home = tempDir(t);
  const directory = join(home, 'log', 'send');
  const clock = steppedClock(startMs);
  const log = openLogDirectory(directory, clock, { keep: () => usual, fullBytes: 256 * 1024 });
  for (const line of linesOf(11, 1)) log.line(line);
  clock.pass(6 * dayMs);
  let since = 0;
  for (const line of linesOf(22, 20_000)) {
    log.line(line);
    if (++since % 2000 !== 0) continue;
    log.flush();
    clock.pass(1000);
    await until('a full file is put away', () => !existsSync(join(directory, 'previous')));
  }
  await until(
    'the old ones are small',
    () => finishedLogs(directory).filter(name => !name.endsWith('.gz')).length <= 10,
  );
  await log.close();
  const trace = await traceFor(home)['explain.trace']({ query: '11', limit: 5 });
  assert.deepEqual(
    trace.messages.map(({ id, sender, whole, endMs, events }) => ({ id, sender, whole, endMs, events: events.length })),
    [{ id: 11, sender: 'ann@far.example', whole: true, endMs: startMs, events: 1 }],
  );
  const old = finishedLogs(directory).filter(name => name.endsWith('.gz'));
  assert.ok(old.length > 1);
  for (const name of old) assert.ok(statSync(join(directory, name)).size < 60_000, 'a fifth, and less');
});

/** A directory with a finished file for each day; the last one ended now. */
function daily(directory: string, days: number, text = (day: number) => `line of day ${day}\n`): void {
  mkdirSync(directory, { recursive: true });
  for (let day = 0; day < days; day++)
    writeFileSync(join(directory, `${formatTai64n(startMs - (days - 1 - day) * dayMs)}.s`), text(day));
}

const kept = (directory: string) =>
  readdirSync(directory)
    .map(name => name.replace(/^@[0-9a-f]{24}/, ''))
    .sort();

test('old logs: older than their days → gone, but for the newest files', async t => {
  const directory = tempDir(t);
  daily(directory, 10);
  await tendOldLogs(directory, { days: 5, bytes: 1e9 }, 3, startMs, () => true);
  assert.deepEqual(kept(directory), ['.s', '.s', '.s', '.s.gz', '.s.gz']);
  await tendOldLogs(directory, { days: 5, bytes: 1e9 }, 3, startMs + 100 * dayMs, () => true);
  assert.deepEqual(kept(directory), ['.s', '.s', '.s']);
});

test('old logs: larger than they may be → the oldest go before their time', async t => {
  const directory = tempDir(t);
  daily(directory, 6, day => `${day}`.repeat(1000));
  await tendOldLogs(directory, { days: 14, bytes: 4500 }, 3, startMs, () => true);
  assert.deepEqual(kept(directory), ['.s', '.s', '.s', '.s.gz']);
  const [oldest = ''] = finishedLogs(directory);
  assert.equal(gunzipSync(readFileSync(join(directory, oldest))).toString(), '2'.repeat(1000));
});

test('old logs: a crash in the middle of compressing → every line is read once, and it is done again', async t => {
  const directory = tempDir(t);
  daily(directory, 3, day => `${formatTai64n(startMs)} day ${day}\n`);
  const [first = '', second = ''] = finishedLogs(directory);
  writeFileSync(join(directory, `${first}.gz`), gzipSync(readFileSync(join(directory, first))));
  writeFileSync(join(directory, 'compressing'), 'half');
  const read = async () => {
    const lines: string[] = [];
    for await (const piece of readLogPieces(directory, 0)) lines.push(...piece.map(({ text }) => text));
    return lines;
  };
  assert.deepEqual(await read(), ['day 0', 'day 1', 'day 2']);
  await tendOldLogs(directory, usual, 1, startMs, () => true);
  assert.deepEqual(
    finishedLogs(directory).map(name => name.slice(25)),
    ['.s.gz', '.s.gz', '.s'],
  );
  assert.deepEqual(await read(), ['day 0', 'day 1', 'day 2']);

  writeFileSync(join(directory, `${second}.gz`), 'damaged');
  assert.deepEqual(await read(), ['day 0', 'day 2'], 'a file that the disk has damaged hides no other');
});

test('old logs: a file is compressed after it was listed → it is still read', async t => {
  const directory = tempDir(t);
  daily(directory, 2, day => `${formatTai64n(startMs)} day ${day}\n`);
  const pieces = readLogPieces(directory, 0);
  const lines = [...((await pieces.next()).value ?? [])];
  await tendOldLogs(directory, usual, 0, startMs, () => true);
  for await (const piece of pieces) lines.push(...piece);
  assert.deepEqual(
    lines.map(({ text }) => text),
    ['day 0', 'day 1'],
  );
});
