// serialqmtp's conversation: the vectors of serialmail, and servers whose replies do not fit.
import assert from 'node:assert/strict';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import { systemClock } from '../../../../core/lib/clock.ts';
import { byQmtp } from '../../../../core/link/serial/conversations.ts';
import type { MessageList } from '../../../../core/link/serial/send-list.ts';
import { type MessageParts, memoryList, memoryMessage, sendTo } from '../../../support/serial-rig.ts';

const first: MessageParts = { name: 'new/10000', sender: 'Sender', recipient: 'Whatever', text: 'This is a test.\n' };
const second: MessageParts = { name: 'new/20000', sender: '', recipient: 'You@Virt.Dom', text: 'This is a test.\n' };
const wire = [
  '17:\nThis is a test.\n,6:Sender,11:8:Whatever,,',
  '17:\nThis is a test.\n,0:,16:12:You@Virt.Dom,,',
] as const;

/** Sends each piece after that many bytes were received; the last one closes. */
function says(
  pieces: readonly (readonly [afterBytes: number, text: string])[],
  heard: string[],
): (stream: Duplex) => void {
  return stream => {
    const left = [...pieces];
    const speak = () => {
      while (left[0] && heard.join('').length >= left[0][0]) stream.write(left.shift()?.[1] ?? '', 'latin1');
      if (left.length === 0) stream.end();
    };
    stream.on('data', (piece: Buffer) => {
      heard.push(piece.toString('latin1'));
      speak();
    });
    speak();
  };
}

const one = wire[0].length;
const both = one + wire[1].length;

const cases: Record<
  string,
  { replies: [number, string][]; ip?: string; results: Record<string, string>; error?: string }
> = {
  // serialmail.md 7
  'each is accepted': {
    replies: [[both, '7:Kthanks,13:Kthanks again,']],
    results: { 'new/10000': 'Kthanks', 'new/20000': 'Kthanks again' },
  },
  'replies in small pieces, and the address is known': {
    replies: [
      [both, '18:Ztemporary'],
      [both, ' failure,7:Kth'],
      [both, 'anks,'],
    ],
    ip: '1.2.3.4',
    results: { 'new/10000': 'Z1.2.3.4 said: temporary failure', 'new/20000': 'K1.2.3.4 said: thanks' },
  },
  'refused permanently': {
    replies: [[both, '18:Dpermanent failure,7:Kthanks,']],
    results: { 'new/10000': 'Dpermanent failure', 'new/20000': 'Kthanks' },
  },
  'the connection ends behind the first reply': {
    replies: [[both, '7:Kthanks,']],
    results: { 'new/10000': 'Kthanks' },
    error: 'network read error: end of file',
  },
  'a reply of another kind': { replies: [[both, '3:Xno,']], results: {}, error: 'remote protocol violation' },
  'an empty reply': { replies: [[both, '0:,']], results: {}, error: 'remote protocol violation' },
  'no netstring': { replies: [[both, '250 ok\r\n']], results: {}, error: 'remote protocol violation' },
};

for (const [name, { replies, ip, results, error }] of Object.entries(cases)) {
  test(`serialqmtp: ${name}`, async () => {
    const heard: string[] = [];
    const sending = await sendTo(says(replies, heard), byQmtp({ ip }, systemClock), memoryList([first, second]));
    const shown = [...sending.results].map(([file, { status, text }]) => [file, status + text]);
    assert.deepEqual(Object.fromEntries(shown), results);
    assert.equal(sending.error, error);
    assert.equal(heard.join(''), wire.join(''));
  });
}

test('serialqmtp: K for a message of which only a part was sent → it does not count', async () => {
  const long = { ...first, text: 'a line\n'.repeat(100_000) };
  const heard: string[] = [];
  const server = (stream: Duplex) => {
    stream.once('data', (piece: Buffer) => {
      heard.push(piece.toString('latin1'));
      stream.write('7:Kthanks,', () => stream.destroy());
    });
  };
  const { results, error } = await sendTo(server, byQmtp({ ip: undefined }, systemClock), memoryList([long]));
  assert.deepEqual([...results], []);
  assert.match(error ?? '', /remote protocol violation|network|unable to write/);
});

test('serialqmtp: addresses with control characters → refused, and no byte of these messages is sent', async () => {
  const controls = [...Array.from({ length: 32 }, (_, code) => code), 127].map(code => String.fromCharCode(code));
  const bad = controls.flatMap((control, at) => [
    { ...first, name: `new/s${at}`, sender: `a${control}@b.example` },
    { ...first, name: `new/r${at}`, recipient: `a${control}@b.example` },
  ]);
  const heard: string[] = [];
  const server = says([[both, '7:Kthanks,7:Kthanks,']], heard);
  const list = memoryList([first, ...bad, second]);
  const { results, error } = await sendTo(server, byQmtp({ ip: undefined }, systemClock), list);
  assert.equal(error, undefined);
  assert.equal(heard.join(''), wire.join(''));
  const shown = Object.fromEntries([...results].map(([name, { status, text }]) => [name, status + text]));
  const refused = (what: string) =>
    `DThe address of the ${what} has a control character; the message was not sent. (#5.1.3)`;
  assert.deepEqual(shown, {
    ...Object.fromEntries(bad.map(({ name }) => [name, refused(name.startsWith('new/s') ? 'sender' : 'recipient')])),
    'new/10000': 'Kthanks',
    'new/20000': 'Kthanks',
  });
});

test('serialqmtp: a reply too many → it is not taken for the reply to the next message, which waits', async () => {
  const left = [first, second].map(memoryMessage);
  const list: MessageList = {
    async next() {
      // The second comes when the server has said all that it says.
      if (left.length === 1) for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve));
      return left.shift();
    },
  };
  const heard: string[] = [];
  const sending = await sendTo(
    says(
      [
        [one, '7:Kthanks,7:Kthanks,'],
        [both, ''],
      ],
      heard,
    ),
    byQmtp({ ip: undefined }, systemClock),
    list,
  );
  assert.deepEqual([...sending.results.keys()], ['new/10000']);
  assert.equal(sending.error, 'remote protocol violation');
});

test('serialqmtp: refused before its end was sent → refused, and the next one is sent', async () => {
  const [whole, rest] = [wire[0].indexOf(','), both];
  const heard: string[] = [];
  let mayEnd = () => {};
  const wasRefused = new Promise<void>(resolve => {
    mayEnd = resolve;
  });
  const slow = {
    ...memoryMessage(first),
    async *pieces() {
      yield Buffer.from('This is a test.\n');
      await wasRefused;
    },
  };
  const left = [slow, memoryMessage(second)];
  const sending = await sendTo(
    stream => {
      says(
        [
          [whole, '3:Dno,'],
          [rest, '7:Kthanks,'],
          [rest, ''],
        ],
        heard,
      )(stream);
      stream.once('data', () => setImmediate(() => setImmediate(mayEnd)));
    },
    byQmtp({ ip: undefined }, systemClock),
    { next: async () => left.shift() },
  );
  const shown = [...sending.results].map(([file, { status, text }]) => [file, status + text]);
  assert.deepEqual(Object.fromEntries(shown), { 'new/10000': 'Dno', 'new/20000': 'Kthanks' });
  assert.equal(sending.error, undefined);
});
