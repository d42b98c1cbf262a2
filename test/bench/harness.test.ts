// The bench's own instruments must not produce wrong figures.
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempDir } from '../support/temp-dir.ts';
import { medians, type Row } from './figures.ts';
import { followLog, qmailLog } from './log-follower.ts';
import { checkMail } from './maildir.ts';
import { activityOf, processTree } from './processes.ts';
import { formatTable } from './table.ts';
import { waitForCount } from './wait.ts';

test('followLog: lines written before and after a rotation → each counted once, halves kept for later', t => {
  const path = join(tempDir(t), 'current');
  const log = followLog(path, qmailLog);
  t.after(log.close);
  assert.equal(log.progress().successes, 0);
  writeFileSync(path, '@4 delivery 1: success: did_1+0+0/\n@4 delivery 2: succ');
  assert.equal(log.progress().successes, 1);
  appendFileSync(path, 'ess: did_1+0+0/\n');
  renameSync(path, `${path}.old`);
  writeFileSync(path, '@4 end msg 77\n@4 delivery 3: deferral: x/\n@4 delivery 4: failure: y/\n');
  const { successes, ended, problem } = log.progress();
  assert.deepEqual({ successes, ended, problem }, { successes: 2, ended: 1, problem: '@4 delivery 3: deferral: x/' });
  assert.equal(log.progress().ended, 1);
});

const whole = (id: string) => `Message-Id: ${id}\n\n${'x'.repeat(100)}\n`;
const deliveries: [string, string[], RegExp | undefined][] = [
  ['all there', [whole('<1>'), whole('<2>')], undefined],
  ['one missing', [whole('<1>')], /1 messages delivered, 1 different ones; sent were 2/],
  ['one twice', [whole('<1>'), whole('<2>'), whole('<2>')], /3 messages delivered, 2 different ones/],
  ['one twice, one missing', [whole('<1>'), whole('<1>')], /2 messages delivered, 1 different/],
  ['one cut short', [whole('<1>'), whole('<2>').slice(0, 60)], /holds only \d+ bytes of its body/],
];
for (const [situation, messages, complaint] of deliveries) {
  test(`checkMail: ${situation} → ${complaint ? 'refused' : 'accepted'}`, t => {
    const maildir = tempDir(t);
    mkdirSync(join(maildir, 'new'));
    messages.forEach((text, i) => {
      writeFileSync(join(maildir, 'new', String(i)), text);
    });
    const check = () => checkMail(maildir, { count: 2, bodyBytes: 100, each: 'Message-Id' });
    if (complaint) assert.throws(check, complaint);
    else check();
  });
}

test('waitForCount: something moves, then nothing does → waits as long as it moves, then says how far it came', async () => {
  let count = 0;
  const grows = () => Math.min(++count, 20);
  const { signal } = new AbortController();
  await waitForCount('mail', grows, 20, { signal, limitMs: 40, everyMs: 10 });
  await assert.rejects(waitForCount('mail', grows, 21, { signal, limitMs: 40, everyMs: 10 }), /for mail: 20 of 21/);
});

test('activityOf: a process that works → its time is counted', () => {
  const before = activityOf(process.pid);
  const endMs = performance.now() + 60;
  while (performance.now() < endMs);
  assert.ok(activityOf(process.pid).cpuMs - before.cpuMs > 5);
  assert.equal(processTree(process.ppid).includes(process.pid), true);
});

test('formatTable: more is better, less is better, nothing measured → ratios and verdicts the right way round', () => {
  const rows: Row[] = [
    { key: 'rate', what: 'rate', unit: '/s', better: 'more', goal: 100 },
    { key: 'time', what: 'time', unit: 's', better: 'less', goal: 1.5, decimals: 1 },
    { key: 'lost', what: 'lost', unit: '/s', better: 'more' },
  ];
  const waypost = medians([
    { rate: 190, time: 2 },
    { rate: 210, time: 1 },
    { rate: 200, time: 4 },
  ]);
  const results = new Map([
    ['waypost' as const, waypost] as const,
    ['postfix' as const, { rate: 100, time: 8 }] as const,
  ]);
  const cells = formatTable(rows, results)
    .split('\n')
    .map(line => line.split(/ *\| */).slice(1, -1));
  assert.deepEqual(cells[0], ['workload', 'unit', 'Waypost', 'must reach', '', 'Postfix', 'ratio']);
  assert.deepEqual(cells.slice(2), [
    ['rate', '/s', '200', '≥ 100', 'yes', '100', '2.0'],
    ['time', 's', '2.0', '≤ 1.5', 'no', '8.0', '4.0'],
    ['lost', '/s', '', '', '', '', ''],
  ]);
});
