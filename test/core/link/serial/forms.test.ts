// The small forms of the serial programs: a file's envelope, a client's results, a bounce.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import fc from 'fast-check';
import { readFileList } from '../../../../core/link/serial/file-list.ts';
import type { SerialResult } from '../../../../core/link/serial/send-list.ts';
import { serialBounce } from '../../../../core/link/serial/serial-bounce.ts';
import { envelopeIn, openSerialMessage } from '../../../../core/link/serial/serial-message.ts';
import { createResultReader, formatResult } from '../../../../core/link/serial/serial-result.ts';
import { memoryMessage } from '../../../support/serial-rig.ts';
import { tempDir } from '../../../support/temp-dir.ts';

test('serial message: the first two lines → the envelope', () => {
  const table: [head: string, prefix: string, envelope: string][] = [
    ['Return-Path: <a@b>\nDelivered-To: p-c@d\nx', 'p-', 'a@b c@d'],
    ['Return-Path: <>\nDelivered-To: p-c@d\n', 'p-', ' c@d'],
    ['Return-Path: <a>b>\nDelivered-To: c\n', '', 'a>b c'],
    ['Return-Path: <a@b>\nDelivered-To: P-c@d\n', 'p-', 'none'],
    ['Return-Path: <a@b>\nDelivered-To: p-c@d', 'p-', 'none'],
    ['Return-Path: <a@b\nDelivered-To: p-c@d\n', 'p-', 'none'],
    ['Return-Path: <\nDelivered-To: p-c@d\n', 'p-', 'none'],
    ['return-path: <a@b>\nDelivered-To: p-c@d\n', 'p-', 'none'],
    ['Delivered-To: p-c@d\nReturn-Path: <a@b>\n', 'p-', 'none'],
    ['Return-Path: <a\0b>\nDelivered-To: p-c@d\n', 'p-', 'none'],
    ['', '', 'none'],
  ];
  for (const [head, prefix, wanted] of table) {
    const envelope = envelopeIn(head, prefix);
    assert.equal(envelope ? `${envelope.sender} ${envelope.recipient}` : 'none', wanted, head);
  }
});

test('serial message: from a file → what follows the two lines, in full', async t => {
  const directory = `${tempDir(t)}/`;
  const body = `${'x'.repeat(99)}\n`.repeat(1000);
  writeFileSync(join(directory, 'm'), `Return-Path: <a@b>\nDelivered-To: c@d\n${body}`);
  await using message = await openSerialMessage('m', '', directory);
  assert.ok(message);
  const raw = await buffer(message.pieces());
  assert.equal(raw.toString(), body);
  assert.deepEqual([message.sizeBytes, message.complete], [body.length, true]);
});

test('serial result: formatted, cut anywhere and read again → the same, but for what cannot be printed', () => {
  const name = fc.stringMatching(/^(new|cur)\/[!-~]{1,20}$/);
  const result = fc.record({ status: fc.constantFrom('K', 'Z', 'D'), text: fc.string({ maxLength: 60 }) });
  fc.assert(
    fc.property(fc.array(fc.tuple(name, result)), fc.integer({ min: 1, max: 9 }), (results, size) => {
      const raw = Buffer.from(
        results.map(([file, each]) => formatResult(file, each as SerialResult)).join(''),
        'latin1',
      );
      const reader = createResultReader();
      const read = [];
      for (let at = 0; at < raw.length; at += size) read.push(...reader.push(raw.subarray(at, at + size)));
      const wanted = results.map(([file, { status, text }]) => ({
        name: file,
        result: { status, text: text.replace(/[^ -~]/g, '?') },
      }));
      assert.deepEqual(read, wanted);
    }),
  );
});

test('serial result: of a strange client → another status is Z, an unfinished one is none, and it takes no memory', () => {
  const reader = createResultReader();
  assert.deepEqual(reader.push(Buffer.from('a\0Xhm\nb\0\n\nc\0Kho')), [
    { name: 'a', result: { status: 'Z', text: 'hm' } },
    { name: 'b', result: { status: 'Z', text: '' } },
  ]);
  for (let i = 0; i < 100; i++) assert.deepEqual(reader.push(Buffer.alloc(100_000, 'x')), []);
});

test('serial result: what a server says → one line of printable bytes, not too long', () => {
  // serialmail.md 3
  assert.equal(formatResult('new/10000', { status: 'K', text: '250 th\x07nks' }), 'new/10000\0K250 th?nks\n');
  assert.equal(formatResult('f', { status: 'Z', text: 'x'.repeat(5000) }).length, 'f\0'.length + 2000 + 1);
});

test('serial list: names in any pieces → each name; what follows the last NUL is none', async () => {
  async function* pieces() {
    for (const piece of ['new/a\0ne', 'w/b', '\0cur/c']) yield Buffer.from(piece);
  }
  const names: string[] = [];
  for await (const name of readFileList(pieces())) names.push(name);
  assert.deepEqual(names, ['new/a', 'new/b']);
});

const control = {
  bounceFrom: 'MAILER-DAEMON',
  bounceHost: 'here.example',
  doubleBounceTo: 'postmaster',
  doubleBounceHost: 'me.example',
};
const textOf = async (bounce: ReturnType<typeof serialBounce>) =>
  typeof bounce === 'string' ? bounce : (await buffer(bounce.source as AsyncIterable<Uint8Array>)).toString('latin1');

test('maildirserial bounce: of a message → what the server said, and a copy', async () => {
  // bounce.md 11
  const message = memoryMessage({
    name: 'new/1',
    sender: 'joe@there.example',
    recipient: 'you@virt.dom',
    text: 'Hi.\n',
  });
  const bounce = serialBounce(message, { text: '1.2.3.4 said: 550 no', tooOld: false }, control, 0);
  assert.deepEqual(typeof bounce === 'object' && bounce.envelope, { sender: '', recipients: ['joe@there.example'] });
  assert.equal(
    await textOf(bounce),
    [
      'Date: 1 Jan 1970 00:00:00 +0000',
      'From: MAILER-DAEMON@here.example',
      'To: joe@there.example',
      'Subject: failure notice',
      '',
      'Hi. This is the maildirbounce program at here.example.',
      "I'm afraid I wasn't able to deliver your message to the following address.",
      "This is a permanent error; I've given up. Sorry it didn't work out.",
      '',
      '<you@virt.dom>:',
      '1.2.3.4 said: 550 no',
      '',
      '--- Below this line is a copy of the message.',
      '',
      'Return-Path: <joe@there.example>',
      'Hi.',
      '',
    ].join('\n'),
  );
});

test('maildirserial bounce: of what is too old, of a bounce, of a double bounce', async () => {
  const report = { text: 'no', tooOld: true };
  assert.match(
    await textOf(serialBounce(memoryMessage({ name: 'n' }), report, control, 0)),
    /<c@d\.example>:\nno\nThis message is too old\. Giving up\.\n\n---/,
  );
  const double = serialBounce(memoryMessage({ name: 'n', sender: '' }), report, control, 0);
  assert.deepEqual(typeof double === 'object' && double.envelope, {
    sender: '#@[]',
    recipients: ['postmaster@me.example'],
  });
  assert.match(await textOf(double), /but the bounce bounced!\n\n[\s\S]*original bounce\.\n\nReturn-Path: <>\n/);
  assert.equal(serialBounce(memoryMessage({ name: 'n', sender: '#@[]' }), report, control, 0), 'triple bounce');
  assert.equal(
    serialBounce(memoryMessage({ name: 'n', sender: '' }), report, { ...control, doubleBounceTo: '' }, 0),
    'double bounce',
  );
});
