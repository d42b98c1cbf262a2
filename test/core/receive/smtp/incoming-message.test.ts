// When a message is passed to the queue, and in which form.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageSource } from '../../../../core/paper-path/shapes.ts';
import { createIncomingMessage, type IncomingMessage } from '../../../../core/receive/smtp/incoming-message.ts';

function desk(maxBytes = 0): { intake: IncomingMessage; handed: MessageSource[] } {
  const handed: MessageSource[] = [];
  const intake = createIncomingMessage(Buffer.from('Received: x\n'), maxBytes, source => void handed.push(source));
  return { intake, handed };
}

async function textOf([source = []]: readonly MessageSource[]): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces).toString('latin1');
}

const line = (bytes: number): Buffer => Buffer.from(`${'x'.repeat(bytes - 2)}\r\n`);

test('incoming message: a small one → submitted at its end, as a list of pieces', () => {
  const { intake, handed } = desk();
  intake.push(Buffer.from('Subject: t\r\n\r\n'));
  intake.push(Buffer.from('.\r\n'));
  assert.deepEqual(handed, []);
  intake.end();
  assert.deepEqual(handed, [[Buffer.from('Received: x\n'), Buffer.from('Subject: t\n\n')]]);
});

const large: [what: string, pieces: Buffer[]][] = [
  ['more than 64 KB', [line(64 * 1024 + 2)]],
  ['more than 64 pieces with the field', Array.from({ length: 64 }, () => line(3))],
];

for (const [what, pieces] of large) {
  test(`intake: ${what} → submitted at once, the rest follows`, async () => {
    const { intake, handed } = desk();
    for (const piece of pieces.slice(0, -1)) intake.push(piece);
    assert.equal(handed.length, 0);
    intake.push(pieces.at(-1) as Buffer);
    assert.equal(handed.length, 1);
    intake.push(Buffer.from('the end\r\n.\r\n'));
    intake.end();
    const body = Buffer.concat(pieces).toString().replaceAll('\r\n', '\n');
    assert.equal(await textOf(handed), `Received: x\n${body}the end\n`);
    assert.equal(handed.length, 1);
  });
}

test('incoming message: 64 KB in 63 pieces → still held', () => {
  const { intake, handed } = desk();
  for (let n = 0; n < 62; n++) intake.push(line(1000));
  intake.push(line(64 * 1024 - 62 * 999 + 1));
  assert.deepEqual([intake.sizeBytes, handed], [64 * 1024, []]);
});

const unwanted: [what: string, message: Buffer, reason: string | undefined][] = [
  ['over the limit', line(1000), undefined],
  ['with too many hops', Buffer.from('Received: y\r\n'.repeat(100)), undefined],
  ['that is given up', line(10), 'the client went away'],
];

for (const [what, message, reason] of unwanted) {
  test(`incoming message: a small one ${what} → never submitted`, () => {
    const { intake, handed } = desk(reason ? 0 : 100);
    intake.push(message);
    if (reason) intake.abort(reason);
    intake.push(Buffer.from('.\r\n'));
    intake.end();
    assert.deepEqual(handed, []);
  });
}

test('incoming message: a large one that is aborted → iteration throws the reason', async () => {
  const { intake, handed } = desk();
  intake.push(line(70_000));
  intake.abort('the client went away');
  await assert.rejects(textOf(handed), /the client went away/);
});
