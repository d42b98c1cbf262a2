// A message that arrives in any pieces is divided into header fields and a body that is passed on unread.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fieldValue, splitMessage } from '../../../../core/message/header/split-message.ts';

async function split(pieces: Iterable<Uint8Array>) {
  const message = await splitMessage(pieces);
  const body: Uint8Array[] = [];
  for await (const piece of message.body) body.push(piece);
  const fields = message.fields.map(({ name, raw }) => [name, raw.toString('latin1')]);
  return { fields, hasBody: message.hasBody, body: Buffer.concat(body).toString('latin1') };
}

const messages: readonly (readonly [string, Awaited<ReturnType<typeof split>>])[] = [
  ['', { fields: [], hasBody: false, body: '' }],
  ['Subject: x', { fields: [['subject', 'Subject: x\n']], hasBody: false, body: '' }],
  ['A: 1\n\nbody', { fields: [['a', 'A: 1\n']], hasBody: true, body: 'body' }],
  [
    'A: 1\n two\n\tthree\nB:\n\n',
    {
      fields: [
        ['a', 'A: 1\n two\n\tthree\n'],
        ['b', 'B:\n'],
      ],
      hasBody: true,
      body: '',
    },
  ],
  ['A \t: 1\n', { fields: [['a', 'A \t: 1\n']], hasBody: false, body: '' }],
  ['hello\nyou\n', { fields: [], hasBody: true, body: 'hello\nyou\n' }],
  [' cont\nA: 1\n', { fields: [], hasBody: true, body: ' cont\nA: 1\n' }],
  ['A: 1\nF\xf6\xf6: 2\n', { fields: [['a', 'A: 1\n']], hasBody: true, body: 'F\xf6\xf6: 2\n' }],
  [
    'From joe Mon\nA: 1\n',
    {
      fields: [
        ['mbox-line', 'MBOX-Line: From joe Mon\n'],
        ['a', 'A: 1\n'],
      ],
      hasBody: false,
      body: '',
    },
  ],
];

test('splitMessage: where fields and body start', async () => {
  for (const [message, expected] of messages) assert.deepEqual(await split([Buffer.from(message, 'latin1')]), expected);
});

test('splitMessage: the same message in pieces of any size → the same result', async () => {
  const cut = fc.array(fc.nat(8), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...messages), cut, async ([message, expected], sizes) => {
      const raw = Buffer.from(message, 'latin1');
      const pieces: Buffer[] = [];
      for (let at = 0, i = 0; at < raw.length; i++) {
        const size = (sizes[i % sizes.length] ?? 0) + (i % 2);
        pieces.push(raw.subarray(at, at + size));
        at += size;
      }
      assert.deepEqual(await split(pieces), expected);
    }),
  );
});

test('splitMessage: a header without end → refused before memory is full', async () => {
  let given = 0;
  function* endless(): Generator<Uint8Array> {
    for (; ; given++) yield Buffer.from(`X-${'x'.repeat(65_000)}: y\n`);
  }
  await assert.rejects(splitMessage(endless()), /header is larger than 8388608 bytes/);
  assert.ok(given < 200);
});

test('splitMessage: a single line without end → refused', async () => {
  function* endless(): Generator<Uint8Array> {
    for (;;) yield Buffer.alloc(65_000, 'x');
  }
  await assert.rejects(splitMessage(endless()), /header is larger/);
});

test('fieldValue: the text after the colon → still folded', async () => {
  const { fields } = await splitMessage([Buffer.from('To : a,\n b\n')]);
  assert.equal(fields[0] && fieldValue(fields[0]), ' a,\n b\n');
});

test('splitMessage: rows of blanks that no colon ends well → looked at once, not over and over', async () => {
  const blanks = ' '.repeat(2_000_000);
  const { fields, hasBody } = await splitMessage([Buffer.from(`A${blanks}: x\nB${blanks}b: y\n`)]);
  assert.deepEqual([fields.map(({ name }) => name), hasBody], [['a'], true]);
});
