// The Message-ID of a queued message is found in its header, within a limit.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageIdIn } from '../../../../core/queue/intake/message-id.ts';

const received = 'Received: (qmail 1 invoked by uid 0); 26 Nov 2026 11:05:09 -0000\n';

for (const [what, message, found] of [
  ['a usual one', `${received}Subject: x\nMessage-ID: <a@b>\n\nbody\n`, '<a@b>'],
  ['in any case, without a blank', `${received}MESSAGE-Id:<a@b>\n`, '<a@b>'],
  ['folded', `${received}Message-ID:\n\t<a@b>\n\n`, '<a@b>'],
  ['two of them', `${received}Message-ID: <a@b>\nMessage-ID: <c@d>\n\n`, '<a@b>'],
  ['in the body only', `${received}\nMessage-ID: <a@b>\n`, undefined],
  ['in another field', `${received}References: x\n Message-ID: <a@b>\n\n`, undefined],
  ['without brackets', `${received}Message-ID: a@b\n\n`, undefined],
  ['with blanks inside', `${received}Message-ID: <a @b>\n\n`, undefined],
  ['too long', `${received}Message-ID: <${'a'.repeat(1000)}>\n\n`, undefined],
  ['behind very much', `${received}X: ${'a'.repeat(9000)}\nMessage-ID: <a@b>\n\n`, undefined],
  ['an empty message', '', undefined],
] as const) {
  test(`Message-ID: ${what} → ${found}`, () => {
    // As a part of something larger, as pieces of the network are.
    const around = Buffer.concat([
      Buffer.from('xx\n'),
      Buffer.from(message, 'latin1'),
      Buffer.from('\nMessage-ID: <x@y>\n'),
    ]);
    assert.equal(messageIdIn(around.subarray(3, 3 + message.length)), found);
  });
}
