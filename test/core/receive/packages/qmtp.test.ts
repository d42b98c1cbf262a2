// The QMTP service (remote.md 3): what goes into the queue, what is answered, and how it ends.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { systemClock } from '../../../../core/lib/clock.ts';
import { netstring } from '../../../../core/lib/net/netstring.ts';
import { assertEnds, cutAnywhere, type End, startPackages } from '../../../support/package-rig.ts';
import { rawClient } from '../../../support/raw-client.ts';
import { until } from '../../../support/until.ts';

const received = 'Received: from unknown (127.0.0.1)\n  by heaven.af.mil with QMTP; 21 Nov 2026 09:35:52 -0000\n';
const kok = '22:Kok 1795253752 qp 4056,';
const foreign = "66:Dsorry, that domain isn't in my list of allowed rcpthosts (#5.7.1),";
const unable = "46:Dsorry, I can't handle that recipient (#5.1.3),";
const tooBig = '61:Dsorry, that message size exceeds my databytes limit (#5.3.4),';

/** A package as it goes over the wire; byte strings. */
function pack(message: string, sender: string, recipients: readonly string[]): string {
  const list = Buffer.concat(recipients.map(netstring));
  return Buffer.concat([netstring(message), netstring(sender), netstring(list)]).toString('latin1');
}

test('qmtp: remote.md 9 → queued for two of three recipients, a reply for each', async t => {
  const rig = await startPackages(t, 'qmtp');
  const sent = '11:\nHi\nthere.\n,6:Sender,40:17:joe@heaven.af.mil,9:x@other.z,4:user,,';
  assert.equal(await rig.exchange(sent), `${kok}${foreign}${kok}`);
  assert.deepEqual(rig.taken, [
    { text: `${received}Hi\nthere.\n`, envelope: 'FSender\0Tjoe@heaven.af.mil\0Tuser\0\0' },
  ]);
  assert.deepEqual(rig.log.slice(1), [
    'qmtpd: pid 1 from 127.0.0.1',
    'qmtpd: message 1 bytes 102 from <Sender> to 2 qp 4056',
    'qmtpd: end 1 status 0',
  ]);
});

const decodings: [message: string, text: string][] = [
  ['\n', ''],
  ['\r', ''],
  ['\nno line end', 'no line end'],
  ['\na\r\nb\r', 'a\r\nb\r'],
  ['\ra\r\nb\r\n', 'a\nb\n'],
  ['\ra\rb\r\r\n\nc\r', 'a\rb\r\n\nc\r'],
  ['\n\0\xff', '\0\xff'],
];

for (const [message, text] of decodings) {
  test(`qmtp: message ${JSON.stringify(message)} → ${JSON.stringify(text)}`, async t => {
    const rig = await startPackages(t, 'qmtp');
    assert.equal(await rig.exchange(pack(message, '', ['joe'])), kok);
    assert.deepEqual(rig.taken, [{ text: received + text, envelope: 'F\0Tjoe\0\0' }]);
  });
}

const long = 'x'.repeat(990);

const answers: [
  what: string,
  sender: string,
  recipients: string[],
  answer: string,
  control?: Record<string, string>,
  rules?: string,
][] = [
  ['a sender of 999 bytes', 'x'.repeat(999), ['joe'], kok],
  ['a sender of 1000 bytes', 'x'.repeat(1000), ['joe', 'x@y'], `29:Dunacceptable sender (#5.1.7),${foreign}`],
  ['a sender with NUL', 'a\0b', ['joe'], '29:Dunacceptable sender (#5.1.7),'],
  ['a recipient with NUL', 'a', ['j\0e', 'joe'], `${unable}${kok}`],
  ['nobody among them', 'a', ['', 'joe'], `${unable}${kok}`],
  ['a recipient of 1000 bytes', 'a', ['x'.repeat(1000), 'x'.repeat(999)], `${unable}${kok}`],
  ['nobody', 'a', [], ''],
  ['only foreign ones', 'a', ['x@y'], foreign],
  ['a client that may relay', 'a', ['x@y'], kok, { relayclients: '127.0.0.1\n' }],
  [
    'a client with a suffix',
    'a',
    ['x@y', `${long}@y`],
    `${kok}${unable}`,
    {},
    '127.:allow,RELAYCLIENT="@gate.example"\n',
  ],
  ['4 bytes at most, 4 come', 'a', ['joe'], kok, { databytes: '4\n' }],
  ['3 bytes at most', 'a', ['joe', 'x@y'], `${tooBig}${foreign}`, { databytes: '3\n' }],
  ['3 bytes at most for this client', 'a', ['joe'], tooBig, {}, '127.:allow,DATABYTES="3"\n'],
];

for (const [what, sender, recipients, answer, control, rules] of answers) {
  test(`qmtp: ${what} → ${answer.slice(0, 40)}`, async t => {
    const rig = await startPackages(t, 'qmtp', { ...(control && { control }), ...(rules !== undefined && { rules }) });
    assert.equal(await rig.exchange(pack('\nHi.\n', sender, recipients)), answer);
    assert.equal(rig.taken.length, answer.includes('Kok') ? 1 : 0);
    if (rules?.includes('gate')) assert.equal(rig.taken[0]?.envelope, 'Fa\0Tx@y@gate.example\0\0');
  });
}

test('qmtp: databytes and lines that end in CR LF → the stored size counts', async t => {
  const rig = await startPackages(t, 'qmtp', { control: { databytes: '4\n' } });
  assert.equal(
    await rig.exchange(pack('\ra\r\nb\r\n', '', ['joe']) + pack('\ra\r\nb\r\n.', '', ['joe'])),
    `${kok}${tooBig}`,
  );
});

test('qmtp: the queue’s own refusals → its text, temporary or permanent', async t => {
  for (const [permanent, letter] of [
    [true, 'D'],
    [false, 'Z'],
  ] as const) {
    const answer = () => ({ ok: false, code: 53, permanent, text: 'qq no (#4.3.0)' }) as const;
    const rig = await startPackages(t, 'qmtp', { answer });
    assert.equal(await rig.exchange(pack('\nHi.\n', '', ['joe', 'x@y'])), `15:${letter}qq no (#4.3.0),${foreign}`);
  }
});

test('qmtp: a filter that fails → temporary, and the log says why', async t => {
  const answer = () => Promise.reject(new Error('no such filter'));
  const rig = await startPackages(t, 'qmtp', { answer });
  assert.equal(await rig.exchange(pack('\nHi.\n', '', ['joe'])), '30:Zqq temporary problem (#4.3.0),');
  assert.ok(rig.log.includes('qmtpd: message 1 alert: a message was not queued: no such filter'));
});

test('qmtp: three packages without waiting → three replies in order', async t => {
  const rig = await startPackages(t, 'qmtp');
  const sent = pack('\n1\n', '', ['joe']) + pack('\n2\n', '', ['x@y']) + pack('\n3\n', '', ['ann']);
  assert.equal(await rig.exchange(sent), `${kok}${foreign}${kok}`);
  assert.deepEqual(
    rig.taken.map(({ text }) => text.slice(received.length)),
    ['1\n', '3\n'],
  );
});

test('qmtp: more recipients than replies per write → one reply for each, in order', async t => {
  const rig = await startPackages(t, 'qmtp');
  const recipients = Array.from({ length: 1100 }, (_, at) => (at % 3 === 0 ? 'joe' : 'x@y'));
  const expected = recipients.map(recipient => (recipient === 'joe' ? kok : foreign)).join('');
  assert.equal(await rig.exchange(pack('\nHi.\n', '', recipients)), expected);
});

const whole = pack('\nHi\n', 'a@b', ['joe']);
const ends: End[] = [
  ['a message without its first byte', '0:,0:,0:,', 100],
  ['a message of another kind', pack('xHi\n', '', ['joe']), 100],
  ['no comma behind the message', '3:\nHiX', 100],
  ['a length that is none', '3x:', 100],
  ['a recipient beyond the list', '2:\nx,0:,3:9:a,,', 100],
  ['a recipient’s length beyond the list', '2:\nx,0:,2:99,', 100],
  ['too long', '20000000010', 111],
  ['too many recipients', '2:\nx,0:,5000000:', 111],
  ['ten thousand that are refused and one more', pack('\nx', '', Array(10_001).fill('')), 111],
  ...cutAnywhere(whole),
];

test('qmtp: invalid packages, and packages cut anywhere → never queued, the right exit code', async t => {
  const rig = await startPackages(t, 'qmtp', { control: { concurrencyperip: '0\n', connectionrate: '0\n' } });
  await assertEnds(rig, ends);
});

test('qmtp: 30 MB → into the queue byte for byte, not only through memory, no files are left', async t => {
  let length = 0;
  const rig = await startPackages(t, 'qmtp', {
    deps: {
      accept: () => async source => {
        for await (const piece of source) length += piece.length;
        return { ok: true, id: 1, qp: 4056 };
      },
    },
  });
  const client = await rawClient(rig.port);
  const body = Buffer.alloc(30_000_000, 'line of text\n');
  client.send(`${body.length + 1}:\n`);
  client.send(body);
  client.send(',0:,6:3:joe,,');
  client.socket.end();
  assert.equal(await client.rest(), kok);
  assert.equal(length, body.length + received.length);
  assert.deepEqual(readdirSync(rig.spoolDir), []);
});

test('qmtp: no room for a large message → temporary, and the next one is accepted', async t => {
  const rig = await startPackages(t, 'qmtp', { deps: { spoolDir: '/nowhere' } });
  const large = pack(`\n${'x'.repeat(1_100_000)}`, '', ['joe']);
  const answer = await rig.exchange(large + whole);
  assert.equal(answer, `37:Zqq write error or disk full (#4.3.0),${kok}`);
  assert.match(rig.log.join('\n'), /alert: Unable to keep the message in a temporary file/);
});

test('qmtp: rules that deny, too many connections → closed without a reply', async t => {
  const denied = await startPackages(t, 'qmtp', { rules: '127.:deny\n' });
  assert.equal(await denied.exchange(whole), '');
  assert.match(denied.log.at(-1) ?? '', /^qmtpd: deny 1 127\.0\.0\.1: /);
  const broken = await startPackages(t, 'qmtp', { rules: 'x:what\n' });
  assert.equal(await broken.exchange(whole), '');
  const full = await startPackages(t, 'qmtp', { control: { concurrencyincoming: '1\n' }, from: '192.0.2.1' });
  const first = await rawClient(full.port);
  await until('the first client', () => full.log.length > 1);
  assert.equal(await full.exchange(whole), '');
  first.drop();
});

test('qmtp: a silent client → dismissed after the timeout, but not one that waits for the queue', async t => {
  let release = (): void => {};
  const waits = new Promise<void>(resolve => {
    release = resolve;
  });
  const rig = await startPackages(t, 'qmtp', {
    control: { timeoutsmtpd: '1\n' },
    answer: async () => {
      await waits;
      return { ok: true, id: 1, qp: 4056 };
    },
  });
  const [silent, waiting] = [await rawClient(rig.port), await rawClient(rig.port)];
  waiting.send(whole);
  assert.equal(await silent.rest(), '');
  release();
  waiting.socket.end();
  assert.equal(await waiting.rest(), kok);
});

test('qmtp: an hour → every session ends', async t => {
  const timers: { delayMs: number; run: () => void }[] = [];
  const clock = {
    ...systemClock,
    after(delayMs: number, run: () => void) {
      timers.push({ delayMs, run });
      return () => {};
    },
  };
  const rig = await startPackages(t, 'qmtp', { deps: { clock } });
  const client = await rawClient(rig.port);
  await until('the session', () => timers.some(({ delayMs }) => delayMs === 3_600_000));
  for (const { run } of timers) run();
  assert.equal(await client.rest(), '');
});

test('qmtp: the service closes while the queue works → the reply is still sent', async t => {
  let arrived = (): void => {};
  let release = (): void => {};
  const here = new Promise<void>(resolve => {
    arrived = resolve;
  });
  const waits = new Promise<void>(resolve => {
    release = resolve;
  });
  const rig = await startPackages(t, 'qmtp', {
    answer: async () => {
      arrived();
      await waits;
      return { ok: true, id: 1, qp: 4056 };
    },
  });
  const [idle, busy] = [await rawClient(rig.port), await rawClient(rig.port)];
  busy.send(whole);
  await here;
  const closed = rig.close();
  release();
  assert.equal(await busy.rest(), kok);
  assert.equal(await idle.rest(), '');
  await closed;
});
