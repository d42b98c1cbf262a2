// What a crash leaves of the journal, and what the next start does with it: after a kill (everything written is there) and after a
// power failure (only what was synced is there: the journal).
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { done, later, never, type Outcome } from '../../core/paper-path/outcome.ts';
import type { DeliveryJob } from '../../core/paper-path/shapes.ts';
import { makeQueueDirs, queueLayout } from '../../core/queue/files/layout.ts';
import { decodeRecords, encodeRecord, type JournalRecord } from '../../core/queue/journal/record.ts';
import { queueFiles, startQueue } from '../support/queue-rig.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const fates: Record<string, Outcome> = {
  'ann@here.example': done('did 1+0+0\n'),
  'bad@here.example': never('no (#5.1.1)\n'),
  'far@far.example': done('accepted\n'),
  'slow@far.example': later('busy (#4.2.1)\n'),
};
const fateOf = (job: DeliveryJob): Outcome => fates[job.recipient] ?? done('');

/** A queue whose message was tried once for every recipient; a copy of its home before any checkpoint. */
async function triedOnce(t: TestContext, recipients: readonly string[]): Promise<string> {
  const home = tempDir(t);
  const { lines, send, queue } = await startQueue(t, home, fateOf);
  await send({ sender: 'joe@far.example', recipients });
  await until('all attempts and the bounce', () => {
    const ended = lines.filter(line => /^delivery \d+:/.test(line)).length;
    return ended >= recipients.length && queue.summary({ delivered: 0, deferred: 0, failed: 0 }).running.local === 0;
  });
  const marks = recipients.filter(recipient => fates[recipient]?.kind !== 'later').length;
  await until('the notes to be written', () => journalOf(home).filter(({ type }) => type === 'marked').length >= marks);
  const copy = tempDir(t);
  cpSync(home, copy, { recursive: true, filter: path => !path.endsWith('/trigger') });
  await queue.stop();
  return copy;
}

function journalOf(home: string) {
  const directory = join(home, 'queue/journal');
  return readdirSync(directory).flatMap(name => [...decodeRecords(readFileSync(join(directory, name)))]);
}

/** Leaves only the journal, written in another run of the machine. */
function powerOff(t: TestContext, home: string): string {
  const after = tempDir(t);
  const records = journalOf(home).map(record => (record.type === 'booted' ? { ...record, bootId: 'before' } : record));
  mkdirSync(join(after, 'queue/journal'), { recursive: true });
  writeFileSync(join(after, 'queue/journal/1'), Buffer.concat(records.map(encodeRecord)));
  return after;
}

/** Starts on what is left. @returns the recipients that the queue has tried when everything due was tried */
async function triedAgain(t: TestContext, home: string): Promise<string[]> {
  const { queue, jobs, logged } = await startQueue(t, home, fateOf);
  await logged(/not stopped in order/);
  queue.retry();
  await new Promise(resolve => setTimeout(resolve, 150));
  await queue.stop();
  return jobs.map(job => job.recipient).sort();
}

const everybody = Object.keys(fates);

test('crash: killed after the attempts → only the deferred recipient is tried again', async t => {
  assert.deepEqual(await triedAgain(t, await triedOnce(t, everybody)), ['slow@far.example']);
});

test('crash: power lost after the attempts → local deliveries that were not synced are made again, others not', async t => {
  const home = powerOff(t, await triedOnce(t, everybody));
  assert.deepEqual(await triedAgain(t, home), ['ann@here.example', 'slow@far.example']);
});

test('crash: power lost after a finished message → its local delivery is made again, its bounce is not', async t => {
  const home = powerOff(t, await triedOnce(t, ['ann@here.example', 'bad@here.example', 'far@far.example']));
  const tried = await triedAgain(t, home);
  assert.ok(tried.includes('ann@here.example'), `tried: ${tried}`);
  assert.ok(!tried.includes('far@far.example') && !tried.includes('bad@here.example'), `tried: ${tried}`);
});

test('crash: the journal ends in half a record → what came before it counts, the host starts', async t => {
  const home = await triedOnce(t, ['slow@far.example']);
  const path = join(home, 'queue/journal', readdirSync(join(home, 'queue/journal'))[0] as string);
  const whole = Buffer.concat(journalOf(home).map(encodeRecord));
  writeFileSync(path, Buffer.concat([whole, whole.subarray(0, 50)]));
  assert.deepEqual(await triedAgain(t, home), ['slow@far.example']);
});

test('crash: power lost after a message that had waited was finished, and some of its files reappear → removed', async t => {
  const home = tempDir(t);
  const layout = queueLayout(home);
  makeQueueDirs(layout);
  const [id, bornSec] = [4711, 1_790_000_000];
  writeFileSync(layout.info(id), 'Fjoe@far.example\0');
  utimesSync(layout.info(id), bornSec, bornSec);
  writeFileSync(layout.bounce(id), '<bad@here.example>:\nno (#5.1.1)\n\n');
  const finished = [
    { type: 'booted', bootId: 'before' },
    { type: 'finished', id, bornSec },
  ] as const;
  writeFileSync(join(layout.journalDir, '1'), Buffer.concat(finished.map(encodeRecord)));
  const { queue, lines } = await startQueue(t, home);
  assert.deepEqual([[...queue.rows(0, 1)], queueFiles(home)], [[], []]);
  await queue.stop();
  assert.ok(!lines.some(line => line.includes('is kept')), lines.join('\n'));
});

test('crash: power lost, and files reappear of a message that had the number before a finished one → removed', async t => {
  const home = tempDir(t);
  const layout = queueLayout(home);
  makeQueueDirs(layout);
  const [id, bornSec] = [4711, 1_790_000_000];
  writeFileSync(layout.info(id), 'Fold@far.example\0');
  writeFileSync(layout.local(id), 'Told@here.example\0');
  writeFileSync(layout.mess(id), '');
  const raw = Buffer.from('Received: (qmail 7 invoked from network); 26 Nov 2026 00:00:00 -0000\n\n');
  const recipients = { local: [], remote: ['new@far.example'] };
  const of = { id, bornSec };
  const told: JournalRecord[] = [
    { type: 'booted', bootId: 'before' },
    { ...of, type: 'accepted', qp: 7, sizeBytes: raw.length, sender: 's@x', recipients, raw },
    { ...of, type: 'marked', channel: 'remote', offset: 0, sure: true },
    { ...of, type: 'finished' },
  ];
  writeFileSync(join(layout.journalDir, '1'), Buffer.concat(told.map(encodeRecord)));
  const { queue, jobs } = await startQueue(t, home);
  assert.deepEqual([...queue.rows(0, 1)], []);
  await queue.stop();
  assert.deepEqual(jobs, []);
});

for (const size of ['small', 'large'] as const) {
  test(`crash: killed before the log had the line that names a ${size} message → the next start names it`, async t => {
    const home = tempDir(t);
    const { send, queue, lines } = await startQueue(t, home, () => later('busy (#4.2.1)\n'));
    const text = `Message-ID: <it@far.example>\n\n${'x\n'.repeat(size === 'large' ? 50_000 : 1)}`;
    await send({ sender: 'joe@far.example', recipients: ['ann@here.example'] }, text);
    await until('the attempt', () => lines.some(line => /^delivery \d+:/.test(line)));
    const copy = tempDir(t);
    cpSync(home, copy, { recursive: true, filter: path => !path.endsWith('/trigger'), preserveTimestamps: true });
    await queue.stop();
    const next = await startQueue(t, copy, fateOf);
    await next.logged(/^status: msg \d+ is <it@far\.example>$/m);
    await next.queue.stop();
    assert.equal(next.lines.filter(line => line.includes('<it@far.example>')).length, 1);
  });
}
