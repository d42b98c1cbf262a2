// What the sender wants to be told (RFC 3461), over run/queue.sock: what sendmail -N -R -V say, checked again by the host.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Accepted, Envelope } from '../../../../core/paper-path/shapes.ts';
import { formatEnvelope } from '../../../../core/queue/socket/protocol.ts';
import { serveClient } from '../../../../core/queue/socket/session.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';

async function hear(raw: Buffer): Promise<{ answer: Accepted | undefined; envelopes: Envelope[] }> {
  const envelopes: Envelope[] = [];
  async function* input(): AsyncGenerator<Buffer> {
    yield Buffer.concat([Buffer.from(`${raw.length}:`), raw, Buffer.from(',0:,')]);
  }
  const answer = await serveClient(input(), 7, () => {}, {
    accept: async (source, envelope) => {
      for await (const _ of source);
      envelopes.push(envelope);
      return { ok: true, id: 1, qp: 2 };
    },
    clock: steppedClock(),
    maxBytes: () => 0,
    memory: { take: () => true, giveBack: () => undefined },
    silentMs: 1000,
    slowMs: 1000,
  });
  return { answer, envelopes };
}

const dsns: readonly Envelope['dsn'][] = [
  undefined,
  { ret: 'HDRS', envid: 'a+2Bb', everyone: { notify: 'SUCCESS,DELAY' }, recipients: [] },
  { envid: 'x', everyone: {}, recipients: [] },
  { everyone: { notify: 'NEVER' }, recipients: [] },
];

for (const dsn of dsns) {
  test(`queue.sock: ${JSON.stringify(dsn) ?? 'nothing'} is said → the host gets it`, async () => {
    const envelope = { sender: 'joe@x', recipients: ['a@y', 'b@z'], ...(dsn && { dsn }) };
    assert.deepEqual((await hear(formatEnvelope(envelope))).envelopes, [envelope]);
  });
}

for (const [what, raw] of [
  ['an unknown value', 'Fs\0Nsometimes\0Ta@x\0'],
  ['no xtext', 'Fs\0Va b\0Ta@x\0'],
  ['twice the same', 'Fs\0RFULL\0RHDRS\0Ta@x\0'],
  ['more than there are', `Fs\0${'RFULL\0'.repeat(9)}Ta@x\0`],
  ['behind a recipient', 'Fs\0Ta@x\0RFULL\0'],
  ['before the sender', 'RFULL\0Fs\0Ta@x\0'],
] as const) {
  test(`queue.sock: ${what} → 91, and nothing is queued`, async () => {
    const { answer, envelopes } = await hear(Buffer.from(raw));
    assert.deepEqual([answer?.ok === false && answer.code, envelopes], [91, []]);
  });
}
