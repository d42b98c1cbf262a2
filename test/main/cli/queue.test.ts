// waypost queue: its table, and its verbs on a running host.
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { QueueRow, QueueSummary } from '../../../core/api/queue.ts';
import { run } from '../../../main/cli/queue/queue.ts';
import { formatQueue } from '../../../main/cli/queue/queue-list.ts';
import { bytesOf } from '../../support/bytes-of.ts';
import { initHome, serve, waypost } from '../../support/host-process.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const nowMs = 1_800_000_000_000;
const summary: QueueSummary = {
  messages: 2,
  held: 1,
  bytes: 1_234_567,
  oldestMs: nowMs - 200_000_000,
  nextTryMs: null,
  running: { local: 0, remote: 0 },
  limit: { local: 10, remote: 20 },
  lastHour: { delivered: 0, deferred: 0, failed: 0 },
};
const row: QueueRow = {
  id: 2285766,
  sender: 'joe@here.example',
  recipients: [
    {
      record: 0,
      address: 'a@far.example',
      channel: 'remote',
      state: 'waiting',
      tries: 3,
      said: 'busy,\ntry later (#4.2.1)\n',
      status: null,
      answer: null,
      held: false,
    },
    {
      record: 15,
      address: 'b@here.example',
      channel: 'local',
      state: 'now',
      tries: 1,
      said: '',
      status: null,
      answer: null,
      held: false,
    },
    {
      record: 30,
      address: 'c@far.example',
      channel: 'remote',
      state: 'waiting',
      tries: 0,
      said: '',
      status: null,
      answer: null,
      held: true,
    },
    {
      record: 45,
      address: 'd@far.example',
      channel: 'remote',
      state: 'ended',
      tries: 0,
      said: '',
      status: null,
      answer: null,
      held: false,
    },
    {
      record: 60,
      address: 'e@far.example',
      channel: 'remote',
      state: 'waiting',
      tries: 0,
      said: '',
      status: null,
      answer: null,
      held: false,
    },
  ],
  more: 7,
  sizeBytes: 2100,
  bornMs: nowMs - 11_520_000,
  nextTryMs: nowMs + 840_000,
  held: false,
};

test('queue list: rows of every kind → a table that a person can read', () => {
  const rows = [
    row,
    {
      ...row,
      id: 17,
      sender: '',
      recipients: [],
      more: 0,
      sizeBytes: 12,
      bornMs: nowMs - 5000,
      held: true,
      nextTryMs: null,
    },
    {
      ...row,
      id: 18,
      sender: 'x\x1b[2J@y',
      recipients: [],
      more: 0,
      sizeBytes: 123_456_789,
      bornMs: 0,
      nextTryMs: null,
    },
    { ...row, id: 19, recipients: [], more: 0, nextTryMs: nowMs - 1 },
  ];
  assert.equal(
    formatQueue(rows, summary, nowMs),
    `MESSAGE       AGE    SIZE  NEXT TRY  FROM
2285766     3h12m  2.1 kB  in 14m    joe@here.example
    remote  a@far.example  (3 tries: busy, / try later (#4.2.1))
    local   b@here.example  (being tried, 1 try)
    remote  c@far.example  (held)
    remote  d@far.example  (finished)
    remote  e@far.example
    and 7 more
     17        5s    12 B  held      bounce (no sender)
     18  20833d8h  123 MB  now       x?[2J@y
     19     3h12m  2.1 kB  soon      joe@here.example
2 messages wait (1 held), 1.2 MB; the oldest for 2d7h.
`,
  );
  assert.equal(formatQueue([], { ...summary, messages: 0 }, nowMs), 'Nothing is waiting.\n');
});

test('waypost queue: list, hold, release, view, retry, bounce, delete on a running host', async t => {
  // Port 1 has no listener.
  const { home } = await initHome(tempDir(t), 'here.example', 'alice', { smtproutes: ':127.0.0.1:1\n' });
  const queue = (...args: string[]) => waypost(['queue', ...args, '--home', home]);
  assert.match((await queue('list')).stderr, /No host is running/);
  const host = await serve(t, home, []);
  assert.deepEqual(await queue('list'), { code: 0, stdout: 'Nothing is waiting.\n', stderr: '' });

  const mail = 'From: alice@here.example\nSubject: boats\n\nA body\x1b[2J.\n';
  const args = ['sendmail', '--home', home, '-falice@here.example', 'lars@nord.example', 'ulla@nord.example'];
  assert.equal((await waypost(args, { input: mail })).code, 0);
  const row = await until('both to be put off', async () => {
    const { rows } = JSON.parse((await queue('list', '--json')).stdout) as { rows: QueueRow[] };
    return rows[0]?.recipients.every(({ tries }) => tries === 1) && rows[0].nextTryMs ? rows[0] : undefined;
  });
  const id = String(row.id);

  assert.match(
    (await queue('list')).stdout,
    new RegExp(
      `^MESSAGE .*\\n *${id} +\\d+s +\\d+ B +in \\d+m +alice@here\\.example\\n {4}remote {2}lars@nord\\.example {2}\\(1 try: .*\\n.*ulla.*\\n1 message waits, .*\\n$`,
    ),
  );
  const says = async (...words: string[]) => {
    const { code, stdout, stderr } = await queue(...words);
    return `${code} ${stdout}${stderr}`;
  };
  assert.equal(await says('hold', id, '--recipient', 'ulla@nord.example'), '0 1 recipient held.\n');
  assert.equal(await says('hold', id), '0 1 recipient held.\n');
  assert.equal(await says('hold', `#${id}`), '1 0 recipients held.\n');
  assert.match((await queue('list')).stdout, / held {6}alice@.*\n.*\(held, 1 try: .*\n.*\(held, 1 try/);
  assert.equal(await says('retry'), '0 Nothing was waiting for its next try.\n');

  // The hold, the tries and the words are there after a restart.
  await host.stop();
  await serve(t, home, []);
  assert.match((await queue('list')).stdout, / held {6}alice@.*\n.*\(held, 1 try: .*\n.*\(held, 1 try: .*\(#4\.4\.1\)/);
  assert.equal(await says('release', id, '--recipient', 'ulla@nord.example'), '0 1 recipient released.\n');
  await until('ulla to be tried again', async () =>
    /ulla@nord\.example {2}\(2 tries/.test((await queue('list')).stdout),
  );

  const seen = await queue('view', id);
  assert.match(
    seen.stdout,
    /^Received: \(qmail \d+ invoked by uid \d+\); .*\n(?:.*\n)*Subject: boats\n\nA body\?\[2J\.\n$/,
  );
  assert.equal(await says('bounce', id, '--recipient', 'lars@nord.example'), '0 1 recipient returned to the sender.\n');
  assert.equal(await says('delete', id), '0 1 recipient deleted.\n');
  assert.equal(
    await until('the queue to be empty', async () => (await queue('list')).stdout === 'Nothing is waiting.\n'),
    true,
  );
  assert.equal(await says('view', id), `1 queue: Message ${id} is not in the queue.\n`);
});

test('waypost queue: wrong usage → 100, before any host is asked', async () => {
  for (const wrong of [
    '',
    'list 1',
    'hold',
    'view',
    'view 1 2',
    'explode 1',
    'retry 1 --recipient x',
    'hold 1 --json',
  ]) {
    const stderr = new PassThrough();
    const io = { env: {}, stdin: new PassThrough(), stdout: new PassThrough(), stderr, home: '/nowhere' };
    const args = wrong.split(' ').filter(word => word !== '');
    assert.equal(await run(args, { ...io, programName: 'queue', script: '' }), 100, wrong);
    assert.match((await bytesOf(stderr.end())).toString(), /^usage: waypost queue list/);
    await assert.rejects(run(['hold', 'x'], { ...io, programName: 'queue', script: '' }), /x is not a message number/);
  }
});
