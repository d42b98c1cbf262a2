// Text from mail in a log line, and back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { logField, wordsOfField } from '../../../core/log-lines/field.ts';

test('logField: any bytes → one field of printable bytes, as many as there were', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), raw => {
      const field = logField(Buffer.from(raw).toString('latin1'));
      assert.equal(field.length, raw.length);
      assert.match(field, /^[!-$&-~]*$/);
      for (const [at, byte] of raw.entries()) {
        if (byte > 32 && byte < 127 && byte !== 37) assert.equal(field[at], String.fromCharCode(byte));
        else assert.equal(field[at], byte === 10 ? '/' : '_');
      }
    }),
  );
});

for (const report of [
  'did 1+0+0\n',
  'did 0+2+0\nqp 1\nqp 22\n',
  '127.0.0.1 accepted message.\nRemote host said: 250 ok queued\n',
  'Unable to open /home/ann/Maildir/ for a delivery. (#4.3.0)\n',
  "Connected, but it hung up. (#4.4.2)\nI'm not going to try again; this message has been in the queue too long.\n",
  '192.0.2.1 does not like recipient.\nRemote host said: 550 no such user\nGiving up on 192.0.2.1.\n',
]) {
  test(`wordsOfField: ${JSON.stringify(report)} → the same again`, () =>
    assert.equal(wordsOfField(logField(report)), report));
}

test('wordsOfField: what a server says in several lines → all but its slashes', () => {
  assert.equal(wordsOfField(logField('first\nsecond/third')), 'first/second/third');
});
