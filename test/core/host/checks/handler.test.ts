// The other checks of a host, each with what it can find: disks, clock, queue, accounts, open relay, limits of time and number.
import assert from 'node:assert/strict';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AccountStatus } from '../../../../core/api/fetch.ts';
import type { QueueSummary } from '../../../../core/api/queue.ts';
import { readControl } from '../../../../core/control/control.ts';
import { checkAccounts } from '../../../../core/host/checks/accounts.ts';
import { checkClock, watchClock } from '../../../../core/host/checks/clock.ts';
import { checkDisks, type DiskReads } from '../../../../core/host/checks/disk.ts';
import { checkKnown } from '../../../../core/host/checks/known.ts';
import { checkOpenRelay } from '../../../../core/host/checks/open-relay.ts';
import { checkQueue } from '../../../../core/host/checks/queue.ts';
import { about, listed, runLook } from '../../../../core/host/checks/run-check.ts';
import { systemClock } from '../../../../core/lib/clock.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const nowMs = Date.UTC(2026, 10, 30, 12);
const hourMs = 3_600_000;

/** A disk of 100 GB in blocks of 4096 bytes. */
const roomy = { bsize: 4096, blocks: 25_000_000, bavail: 10_000_000, files: 1_000_000, ffree: 500_000 };
const disks: readonly [title: string, some: Partial<typeof roomy>, result: string, text: RegExp][] = [
  ['much is free', {}, 'fine', /^41\.0 GB are free, and room for 500000 files\.$/],
  ['less than 50 MB', { bavail: 10_000 }, 'wrong', /only 40 MB are free: soon no mail can be accepted/],
  ['less than a twentieth and 1 GB', { bavail: 200_000 }, 'warning', /only 819 MB are free/],
  ['a small disk with a half of it', { blocks: 60_000, bavail: 30_000 }, 'fine', /^122 MB are free/],
  ['few files', { ffree: 900 }, 'wrong', /there is room for only 900 more files \(inodes\)/],
  ['no limit of files', { files: 0, ffree: 0 }, 'fine', /^41\.0 GB are free\.$/],
];
for (const [title, some, result, text] of disks) {
  test(`disks: ${title} → ${result}`, async () => {
    const reads: DiskReads = { stat: async () => ({ dev: 1 }), statfs: async () => ({ ...roomy, ...some }) };
    const found = await checkDisks('/home', '/Maildir', reads);
    assert.deepEqual(
      found.map(({ looked, result }) => [looked, result]),
      [['Disk of the queue, the logs and your mail', result]],
    );
    assert.match(found[0]?.text ?? '', text);
  });
}

test('disks: the mail on another, which may not be looked at → a record of its own that says so', async () => {
  const reads: DiskReads = {
    stat: async path => ({ dev: path.startsWith('/home') ? 1 : 2 }),
    async statfs(path) {
      if (path.startsWith('/home')) return roomy;
      throw Object.assign(new Error('no'), { code: 'EACCES' });
    },
  };
  assert.deepEqual(
    (await checkDisks('/home', '/Maildir', reads)).map(({ looked, result }) => [looked, result]),
    [
      ['Disk of the queue and the logs', 'fine'],
      ['Disk of your mail', 'unchecked'],
    ],
  );
});

test('clock: before this program was written, behind its own log, set back while it runs → each said', t => {
  const home = tempDir(t);
  mkdirSync(join(home, 'log/send'), { recursive: true });
  const log = join(home, 'log/send/current');
  writeFileSync(log, '');
  const wrote = (ms: number) => utimesSync(log, ms / 1000, ms / 1000);
  wrote(nowMs - hourMs);
  const found = (atMs: number, shiftMs?: number) =>
    checkClock(home, atMs, shiftMs).map(({ result, text }) => [result, text])[0] ?? [];
  assert.equal(found(nowMs)[0], 'fine');
  assert.equal(found(nowMs, -2000)[0], 'fine');
  assert.equal(found(Date.UTC(1970, 0, 1))[0], 'wrong');
  assert.match(
    found(nowMs, -600_000).join(': '),
    /^warning: The clock was set back by 10 minutes while the host was running/,
  );
  wrote(nowMs + hourMs);
  assert.match(found(nowMs).join(': '), /^warning: .*the clock is behind, or was ahead then/);
});

test('clock: it runs on, sleeps with the machine, is set back → only what differs from the time that has passed', () => {
  let [now, up] = [nowMs, 100];
  const shift = watchClock({ ...systemClock, nowMs: () => now }, () => up);
  now += 8 * hourMs;
  up += (8 * hourMs) / 1000;
  assert.equal(shift(), 0);
  now -= hourMs;
  assert.equal(shift(), -hourMs);
});

const summary: QueueSummary = {
  ...{ messages: 2, held: 0, bytes: 1, oldestMs: nowMs - hourMs, nextTryMs: nowMs },
  ...{ running: { local: 0, remote: 0 }, limit: { local: 10, remote: 20 } },
  lastHour: { delivered: 1, deferred: 9, failed: 0 },
};
const queues: readonly [title: string, some: Partial<QueueSummary>, expected: readonly RegExp[]][] = [
  ['nothing waits', { messages: 0, oldestMs: null }, [/^fine: No message waits\.$/]],
  ['an hour', {}, [/^fine: 2 messages wait, the oldest since .*1 attempts succeeded and 9 were deferred/]],
  [
    'two days',
    { oldestMs: nowMs - 48 * hourMs },
    [/^warning: .*It is returned to its sender in 5 days\. See why it waits/],
  ],
  ['two days, held', { oldestMs: nowMs - 48 * hourMs, held: 2 }, [/^fine: .*; all are held\.$/]],
  ['two days, for a link', { oldestMs: nowMs - 48 * hourMs, waitsForLinks: ['sat'] }, [/^fine: .* for sat\.$/]],
  [
    'nothing succeeds',
    { lastHour: { delivered: 0, deferred: 9, failed: 0 } },
    [/^warning: All 9 attempts of the last hour/],
  ],
];
for (const [title, some, expected] of queues) {
  test(`queue: ${title} → ${expected.length} records`, () => {
    const found = checkQueue({ ...summary, ...some }, 7 * 86_400, nowMs);
    assert.equal(found.length, expected.length);
    for (const [at, text] of expected.entries()) assert.match(`${found[at]?.result}: ${found[at]?.text}`, text);
  });
}

const account: AccountStatus = {
  ...{ name: 'harbour', protocol: 'imap', host: 'imap.example', user: 'ines', to: 'ines' },
  ...{ state: 'resting', progress: null, nextMs: null, lastSuccess: null, error: null, remarks: [], problems: [] },
};
const lastSuccess = { atMs: nowMs - hourMs, fetched: 1, bytes: 1, left: 0 };
const error = (kind: 'refused' | 'unable', sinceMs: number) => ({ kind, text: 'the server said no', sinceMs });
test('accounts: fine, never fetched, refused, unable for an hour and for days → each with its last success', () => {
  const all: AccountStatus[] = [
    { ...account, lastSuccess },
    account,
    { ...account, lastSuccess, error: error('refused', nowMs) },
    { ...account, error: error('unable', nowMs - hourMs) },
    { ...account, error: error('unable', nowMs - 48 * hourMs) },
    { ...account, state: 'unusable' },
  ];
  assert.deepEqual(
    checkAccounts(all, nowMs).map(({ result }) => result),
    ['fine', 'unchecked', 'wrong', 'warning', 'wrong', 'unchecked'],
  );
  assert.match(
    checkAccounts(all, nowMs)[2]?.text ?? '',
    /^Mail was last fetched at .*the server said no\. Then run: waypost fetch harbour$/,
  );
});

const relays: readonly [title: string, files: Readonly<Record<string, string>>, relayed: RegExp | undefined][] = [
  ['its own domains', { rcpthosts: 'here.example\n' }, undefined],
  ['no rcpthosts, all else virtual', { virtualdomains: ':alias-out\n' }, undefined],
  ['a domain that it relays for', { rcpthosts: 'here.example\nbackup.example\n' }, undefined],
  ['clients of its own', { 'tcp.smtp': '10.:allow,RELAYCLIENT=""\n' }, undefined],
  [
    'strangers as clients',
    { 'tcp.smtp': ':allow,RELAYCLIENT=""\n' },
    /a client at 192\.0\.2\.1 counts as one of yours/,
  ],
  ['strangers by QMTP', { 'tcp.qmtp': ':allow,RELAYCLIENT=""\n' }, /control\/tcp\.qmtp/],
  ['strangers in relayclients', { relayclients: '198.51.100.\n' }, /198\.51\.100\.1 counts as one of yours/],
  [
    'the percent hack',
    { percenthack: 'here.example\n' },
    /stranger%elsewhere\.invalid@here\.example is accepted and sent on/,
  ],
  [
    'the percent hack of a relayed domain',
    { rcpthosts: 'b.example\n', percenthack: 'b.example\n' },
    /stranger%elsewhere\.invalid@b\.example/,
  ],
  ['all domains', { rcpthosts: '.invalid\n' }, /stranger@elsewhere\.invalid is accepted/],
];
for (const [title, files, relayed] of relays) {
  test(`open relay: ${title} → ${relayed ? 'wrong' : 'fine'}`, t => {
    const home = tempDir(t);
    mkdirSync(join(home, 'control'));
    const all = { me: 'here.example\n', locals: 'here.example\n', ...files };
    for (const [name, text] of Object.entries(all)) writeFileSync(join(home, 'control', name), text);
    const [found] = checkOpenRelay(home, readControl(home));
    assert.equal(found?.result, relayed ? 'wrong' : 'fine');
    if (relayed) assert.match(found?.text ?? '', relayed);
  });
}

test('known: a problem made from a finding → told once, with its file and line; notes are not told', () => {
  const finding = { severity: 'warning', code: 'alias-lost', file: 'alias/.qmail-x', line: 2, text: 'Lost.' } as const;
  const note = { ...finding, severity: 'note', code: 'unknown-file' } as const;
  const problems = [
    { code: 'alias-lost', text: '/home/alias/.qmail-x:2: Lost.' },
    { code: 'maildir-missing', text: 'No Maildir.' },
  ];
  assert.deepEqual(
    checkKnown([finding, note], problems).map(({ result, text }) => [result, text]),
    [
      ['wrong', 'No Maildir.'],
      ['warning', 'alias/.qmail-x:2: Lost.'],
    ],
  );
  assert.deepEqual(
    checkKnown([note], []).map(({ result }) => result),
    ['fine', 'fine'],
  );
});

test('a look: it hangs, it fails → not looked at, and why; very many records → the first, and how many more', async () => {
  const look = { code: 'x', looked: 'Thing' };
  const [late] = await runLook({ ...look, mostMs: 1, run: () => new Promise(() => {}) });
  const [failed] = await runLook({ ...look, mostMs: 1000, run: () => Promise.reject(new Error('gone')) });
  assert.deepEqual([late?.result, failed?.result], ['unchecked', 'unchecked']);
  assert.match(
    `${late?.text} ${failed?.text}`,
    /^Nothing was found out within 0\.001 seconds\. It could not be looked at: gone$/,
  );
  const { warning } = about('x', 'Thing');
  const cut = listed(
    Array.from({ length: 1000 }, (_, at) => warning(`${at}`)),
    'x',
    'Thing',
  );
  assert.deepEqual([cut.length, cut.at(-1)], [51, warning('And 950 more of this kind.')]);
});
