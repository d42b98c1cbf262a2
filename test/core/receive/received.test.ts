// The Received field of each kind of client, to the byte, and the count of such fields.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createHopCounter } from '../../../core/receive/hops.ts';
import { formatReceived } from '../../../core/receive/received.ts';
import { vectorTimeMs } from '../../support/smtp-rig.ts';

const base = {
  remoteHost: undefined,
  remoteIp: '1.2.3.4',
  remoteInfo: undefined,
  helo: undefined,
  localHost: 'unknown',
  protocol: 'SMTP',
};

const fields: [from: Partial<Parameters<typeof formatReceived>[0]>, expected: string][] = [
  [{ helo: 'x' }, 'from unknown (HELO x) (1.2.3.4)\n  by unknown'],
  [{}, 'from unknown (1.2.3.4)\n  by unknown'],
  [{ helo: '' }, 'from unknown (HELO ) (1.2.3.4)\n  by unknown'],
  [{ helo: 'UNKNOWN' }, 'from unknown (1.2.3.4)\n  by unknown'],
  [{ remoteHost: 'h.x', helo: 'H.X', localHost: '9.9.9.9' }, 'from h.x (1.2.3.4)\n  by 9.9.9.9'],
  [{ remoteHost: 'h.x', helo: 'me' }, 'from h.x (HELO me) (1.2.3.4)\n  by unknown'],
  [{ remoteHost: 'h.x', remoteInfo: 'j"o', helo: 'me' }, 'from h.x (HELO me) (j?o@1.2.3.4)\n  by unknown'],
  [{ helo: 'a) b\r\nX: y_[1:2]' }, 'from unknown (HELO a??b??X:?y?[1:2]) (1.2.3.4)\n  by unknown'],
];

for (const [from, expected] of fields) {
  test(`formatReceived: ${JSON.stringify(from)} → ${JSON.stringify(expected)}`, () => {
    const field = formatReceived({ ...base, ...from }, vectorTimeMs);
    assert.equal(field, `Received: ${expected} with SMTP; 21 Nov 2026 09:35:52 -0000\n`);
  });
}

test('formatReceived: any HELO → two lines, the second indented', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), helo => {
      assert.match(formatReceived({ ...base, helo }, 0), /^Received: [ -~]+\n {2}by [ -~]+\n$/);
    }),
  );
});

const messages: [text: string, hops: number][] = [
  ['', 0],
  ['Received: x\n', 1],
  ['rEcEiVeD without a colon\n', 1],
  ['Delivered-To: x\nReceived: y\nSubject: Received\n', 2],
  ['X-Received: x\n Received: folded\n', 0],
  ['Received: x\n\nReceived: body\n', 1],
  ['\nReceived: body\n', 0],
  ['Receive\nDelivere\n', 0],
  ['Received', 1],
];

for (const [text, hops] of messages) {
  test(`hop counter: ${JSON.stringify(text)} → ${hops}, whole or byte by byte`, () => {
    const whole = createHopCounter();
    whole.push(Buffer.from(text));
    const split = createHopCounter();
    for (const byte of Buffer.from(text)) split.push(Buffer.from([byte]));
    assert.deepEqual([whole.hops, split.hops], [hops, hops]);
  });
}
