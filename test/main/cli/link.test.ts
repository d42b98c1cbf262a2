// `waypost link` against a stand-in for the host that answers as the Api says: what each verb asks, prints and ends with.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LinkContact, LinkMessage, LinkStatus } from '../../../core/api/links.ts';
import { run } from '../../../main/cli/link/link.ts';
import { callCommand } from '../../support/call-command.ts';
import { linkCommandRig } from '../../support/link-command-rig.ts';

const contact: LinkContact = {
  startMs: Date.UTC(2026, 10, 30, 6, 0),
  endMs: Date.UTC(2026, 10, 30, 6, 1),
  cause: 'window',
  end: 'failed',
  why: 'no\x1bcarrier',
  sent: 3,
  refused: 1,
  bounced: 1,
  bytesOut: 12_345,
  bytesIn: 678,
  roundTripMs: 600,
  cost: 0.8,
};

const kiss: LinkStatus = {
  name: 'kiss',
  state: 'up',
  because: 'interface ppp0 is up',
  sinceMs: contact.startMs,
  offline: false,
  window: { open: true, changesMs: contact.endMs },
  spentToday: false,
  today: { minutes: 1, bytes: 13_023, cost: 0.8 },
  currency: 'EUR',
  lastContact: contact,
  waiting: { messages: 2, bytes: 4_096, seconds: 90, cost: 1.2 },
  keptBack: 1,
  largestBytes: 20_000,
  carries: ['kiss.example'],
  holdsQueue: true,
  progress: null,
  problems: [{ line: 3, text: 'window: mon is not like mon-fri 06:00-06:15' }],
};

const message: LinkMessage = {
  id: '1764520000.M1P2.me',
  sender: '',
  recipient: 'ann@kiss.example',
  subject: 'a\nb\x1b[2J',
  bytes: 2_048,
  atMs: contact.startMs,
  order: 'first',
  tooLarge: true,
  bulk: true,
};

for (const verb of ['up', 'down', 'exchange']) {
  test(`waypost link ${verb}: no host runs → 0, also when it is repeated`, async t => {
    const { home, link } = await linkCommandRig(t);
    const said = `No host is running on ${home}: there is nothing to do.\n`;
    assert.deepEqual(await link([verb, 'kiss']), { code: 0, stdout: said, stderr: '' });
    assert.deepEqual(await link([verb, 'kiss', '--quiet']), { code: 0, stdout: '', stderr: '' });
  });
}

test('waypost link up: not a home → a word, so that a wrong --home is noticed', async () => {
  await assert.rejects(callCommand(run, ['up', 'kiss']), /\/nonexistent is not a Waypost home/);
});

for (const words of [
  [],
  ['status', 'kiss'],
  ['stop', 'kiss'],
  ['hold', 'kiss'],
  ['release', 'kiss'],
  ['exchange', 'kiss', '--wait'],
  ['waiting', 'kiss'],
  ['keep', 'kiss', 'a'],
  ['drop', 'kiss', 'a'],
  ['history', 'kiss'],
  ['transcript', 'kiss'],
  ['test', 'kiss'],
  ['show', 'kiss'],
  ['edit', 'kiss'],
  ['remove', 'kiss'],
]) {
  test(`waypost link ${words.join(' ')}: no host runs → it says so, and 1`, async t => {
    const { link } = await linkCommandRig(t);
    await assert.rejects(link(words), { name: 'UserError', exitCode: 1, message: /^No host is running on / });
  });
}

for (const words of [
  ['stop'],
  ['up'],
  ['up', 'kiss', 'more'],
  ['up', 'kiss', '--json'],
  ['up', 'kiss', '--for', 'ever'],
  ['up', 'kiss', '--for', '0'],
  ['stop', 'kiss', '--wait'],
  ['first', 'kiss'],
  ['show', 'kiss', '--quiet'],
  ['nonsense'],
  ['toString'],
  ['up', 'kiss', '--nonsense'],
]) {
  test(`waypost link ${words.join(' ')}: wrong usage → 100, and the host is not asked`, async t => {
    const { link, asked } = await linkCommandRig(t, {});
    await assert.rejects(link(words), { name: 'UserError', exitCode: 100 });
    assert.deepEqual(asked, []);
  });
}

test('waypost link: verbs that tell the host something → as the Api has them', async t => {
  const done = () => ({});
  const { link, asked } = await linkCommandRig(t, {
    'links.up': done,
    'links.down': done,
    'links.exchange': () => ({ started: true }),
    'links.stop': () => ({ stopped: true }),
    'links.offline': done,
    'links.remove': done,
    'links.order': ({ ids }: { ids: string[] }) => ({ changed: ids.length }),
    'links.drop': ({ ids }: { ids: string[] }) => ({ changed: ids.length }),
    'links.bounce': ({ ids }: { ids: string[] }) => ({ changed: ids.length }),
  });
  const calls = [
    ['up', 'kiss'],
    ['up', 'kiss', '--for', '900'],
    ['down', 'kiss', '--quiet'],
    ['exchange', 'kiss'],
    ['stop', 'kiss'],
    ['hold', 'kiss'],
    ['release', 'kiss'],
    ['remove', 'kiss'],
    ['first', 'kiss', 'a', 'b'],
    ['now', 'kiss', 'a'],
    ['keep', 'kiss', 'a'],
    ['usual', 'kiss', 'a'],
    ['drop', 'kiss', 'a'],
    ['bounce', 'kiss', 'a'],
  ];
  for (const words of calls) assert.deepEqual({ words, ...(await link(words)), stdout: '' }, ended(words, 0));
  assert.deepEqual(asked, [
    'links.up {"name":"kiss"}',
    'links.up {"name":"kiss","seconds":900}',
    'links.down {"name":"kiss"}',
    'links.exchange {"name":"kiss"}',
    'links.stop {"name":"kiss"}',
    'links.offline {"name":"kiss","offline":true}',
    'links.offline {"name":"kiss","offline":false}',
    'links.remove {"name":"kiss"}',
    'links.order {"name":"kiss","ids":["a","b"],"order":"first"}',
    'links.order {"name":"kiss","ids":["a"],"order":"now"}',
    'links.order {"name":"kiss","ids":["a"],"order":"held"}',
    'links.order {"name":"kiss","ids":["a"],"order":"usual"}',
    'links.drop {"name":"kiss","ids":["a"]}',
    'links.bounce {"name":"kiss","ids":["a"]}',
  ]);
});

const ended = (words: readonly string[], code: number) => ({ words, code, stdout: '', stderr: '' });

test('waypost link: the host refuses → its word, and 1', async t => {
  const { link } = await linkCommandRig(t, {});
  for (const words of [
    ['up', 'kiss'],
    ['hold', 'kiss'],
    ['show', 'kiss'],
  ]) {
    const { code, stderr } = await link(words);
    assert.equal(code, 1);
    assert.match(stderr, /^link: \S.*\n$/);
  }
});

test('waypost link up: a host that does not answer → 111 after ten seconds, so that no hook waits for it', async t => {
  const { link } = await linkCommandRig(t, { 'links.up': () => undefined });
  await assert.rejects(link(['up', 'kiss']), { exitCode: 111, message: 'The host did not answer within 10 seconds.' });
});

test('waypost link: some of the messages do not wait any more → it says how many, and 1', async t => {
  const { link } = await linkCommandRig(t, { 'links.drop': () => ({ changed: 1 }) });
  assert.deepEqual(await link(['drop', 'kiss', 'a', 'b', 'c']), {
    code: 1,
    stdout: '1 message dropped.\n2 not found: gone, or on the way at this moment.\n',
    stderr: '',
  });
});

test('waypost link: the table, and one link in full → every figure, and nothing that moves the cursor', async t => {
  const { link } = await linkCommandRig(t, {
    'links.list': () => ({ links: [kiss, { ...kiss, name: 'ship', problems: [], offline: true }] }),
  });
  const table = (await link([])).stdout.split('\n');
  assert.match(table[0] ?? '', /^LINK {2}STATE {4}WAITING +WINDOW +LAST CONTACT$/);
  assert.match(
    table[1] ?? '',
    /^kiss {2}problem {2}2 messages, 1 kept back, 4\.1 kB, about 2m, 1\.20 EUR {2}open until \S+ \d\d:\d\d {2}\S+ \d\d:\d\d, failed \(no\?carrier\) in 1m: 3 sent, 1 refused, 1 returned, 12\.3 kB out, 678 B in, 0\.80$/,
  );
  assert.match(table[2] ?? '', /^ship {2}offline {2}/);
  assert.deepEqual(table.slice(3), ['control/links/kiss:3: window: mon is not like mon-fri 06:00-06:15', '']);
  const { stdout } = await link(['status', 'kiss']);
  for (const words of [
    /^kiss\n {2}Up or down {4}up since \S+ \d\d:\d\d\n {2}Known by {6}interface ppp0 is up\n/,
    /\n {2}Kept back {5}1 message for you to decide: held, or larger than 20\.0 kB\n/,
    /\n {2}Today {9}1\.0 minutes, 13\.0 kB, 0\.80 EUR\n/,
    /\n {2}Carries {7}kiss\.example\n {2}The queue {5}waits for this link\n/,
  ])
    assert.match(stdout, words);
  assert.doesNotMatch(stdout, /\x1b/);
  assert.deepEqual(JSON.parse((await link(['status', 'kiss', '--json'])).stdout), kiss);
  assert.equal(JSON.parse((await link(['--json'])).stdout).links.length, 2);
  await assert.rejects(link(['status', 'gone']), /There is no link gone\./);
});

test('waypost link: no links → how to write the first', async t => {
  const { link } = await linkCommandRig(t, { 'links.list': () => ({ links: [] }) });
  assert.match((await link([])).stdout, /^There are no links\. .*waypost link edit NAME\n$/);
});

test('waypost link waiting: more than one page → all of them, in order', async t => {
  const all = Array.from({ length: 1_201 }, (_, at) => ({ ...message, id: `m${at}` }));
  const { link, asked } = await linkCommandRig(t, {
    'links.waiting': ({ offset, limit }: { offset: number; limit: number }) => ({
      total: all.length,
      rows: all.slice(offset, offset + limit),
    }),
  });
  const { stdout } = await link(['waiting', 'kiss']);
  assert.equal(stdout.match(/^m\d+$/gm)?.length, 1_201);
  assert.equal(asked.length, 3);
  assert.match(
    stdout,
    /^m0\n {4}2\.0 kB, \S+ \d\d:\d\d, bounce \(no sender\) to ann@kiss\.example {2}\[first, larger than the link allows, bulk\]\n {4}a b\?\[2J\n/,
  );
  assert.equal(JSON.parse((await link(['waiting', 'kiss', '--json'])).stdout).rows.length, 1_201);
});

test('waypost link history, transcript → the last contact unless one is named', async t => {
  const { link, asked } = await linkCommandRig(t, {
    'links.list': () => ({ links: [kiss] }),
    'links.history': () => ({ contacts: [contact] }),
    'links.transcript': ({ startMs }: { startMs: number }) => ({
      text: startMs === 7 ? null : 'S: 220 \x07hub\r\nC: EHLO me\r\n',
    }),
  });
  assert.match(
    (await link(['history', 'kiss'])).stdout,
    new RegExp(`^${contact.startMs} {2}window {2}.* 0\\.80 EUR\n$`),
  );
  assert.equal((await link(['transcript', 'kiss'])).stdout, 'S: 220 ?hub?\nC: EHLO me?\n');
  assert.equal(asked.at(-1), `links.transcript {"name":"kiss","startMs":${contact.startMs}}`);
  await assert.rejects(link(['transcript', 'kiss', '7']), /There is no transcript of the contact 7 over kiss\./);
  await assert.rejects(link(['transcript', 'kiss', 'last']), { exitCode: 100 });
});

test('waypost link exchange --wait → until the contact has ended; it failed: 1', async t => {
  const progress = { ...runs(), left: 2 };
  const states = [
    { ...kiss, lastContact: null },
    { ...kiss, lastContact: null, progress },
    { ...kiss, lastContact: null, progress: runs() },
    kiss,
  ];
  const { link } = await linkCommandRig(t, {
    'links.exchange': () => ({ started: true }),
    'links.list': () => ({ links: [states.length > 1 ? states.shift() : states[0]] }),
  });
  const { code, stdout } = await link(['exchange', 'kiss', '--wait']);
  assert.equal(code, 1);
  assert.deepEqual(
    stdout.split('\n').map(line => line.replace(/^\d.*, failed/, 'failed').slice(0, 34)),
    [
      'A contact over kiss has started.',
      'send: 1 sent, 2 left, 240 B/s',
      'send: 1 sent, 0 left, 240 B/s',
      'failed (no?carrier) in 1m: 3 sent,',
      '',
    ],
  );
});

function runs() {
  return {
    startMs: 1,
    step: 'send',
    sent: 1,
    refused: 0,
    left: 0,
    current: null,
    bytesOut: 1,
    bytesIn: 1,
    rate: 240,
    roundTripMs: null,
    chart: { stepMs: 1, out: [], in: [] },
  };
}

test('waypost link test: what works and what does not → 1 when something does not', async t => {
  const steps = [
    { what: 'Connection', ok: true, says: 'took 20 ms' },
    { what: 'Greeting', ok: false, says: 'none within 60 s' },
  ];
  const { link } = await linkCommandRig(t, { 'links.test': () => ({ steps }) });
  assert.deepEqual(await link(['test', 'kiss']), {
    code: 1,
    stdout: 'ok    Connection: took 20 ms\nFAIL  Greeting: none within 60 s\n',
    stderr: '',
  });
});
