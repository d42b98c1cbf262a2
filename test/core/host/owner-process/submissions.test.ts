// Messages that the owner's process submits in pieces are queued whole or not at all, whatever frames it sends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSubmissions } from '../../../../core/host/owner-process/submissions.ts';
import { noBytes } from '../../../../core/lib/process/frames.ts';
import type { Accepted, Envelope, MessageSource } from '../../../../core/paper-path/shapes.ts';
import { bytesOf } from '../../../support/bytes-of.ts';

/** A queue that keeps what it takes; `refuses` answers without reading. */
function queue(refuses = false) {
  const taken: [Envelope, string][] = [];
  const failures: string[] = [];
  const messages = createSubmissions(async (source: MessageSource, envelope): Promise<Accepted> => {
    if (refuses) return { ok: false, code: 53, permanent: false, text: 'no room' };
    try {
      taken.push([envelope, (await bytesOf(source)).toString('latin1')]);
      return { ok: true, id: 7, qp: 8 };
    } catch (error) {
      failures.push(String(error));
      return { ok: false, code: 54, permanent: false, text: 'broken' };
    }
  });
  const ask = async (name: string, words: unknown, bytes: Uint8Array = noBytes) =>
    (await messages.answer(name, { words, bytes }))?.words;
  return { taken, failures, messages, ask };
}

const envelope = { sender: 'a@b.example', recipients: ['c@d.example'] };

test('handed in: envelope, pieces, end → queued as it is', async () => {
  const { taken, ask } = queue();
  const message = await ask('begin', envelope);
  for (const piece of ['Subject: x\n', '\n', 'body\xff\n'])
    await ask('piece', { message }, Buffer.from(piece, 'latin1'));
  assert.deepEqual(await ask('end', { message }), { ok: true, id: 7, qp: 8 });
  assert.deepEqual(taken, [[envelope, 'Subject: x\n\nbody\xff\n']]);
  await assert.rejects(ask('end', { message }), /there is no message/);
});

test('handed in: broken off, or its process is gone → nothing is queued', async () => {
  const { taken, failures, messages, ask } = queue();
  const message = await ask('begin', envelope);
  await ask('piece', { message }, Buffer.from('half'));
  await ask('broken', { message });
  await ask('begin', envelope);
  messages.gone();
  await new Promise(resolve => setTimeout(resolve, 20));
  assert.deepEqual(taken, []);
  assert.match(failures.join(), /not submitted completely.*not submitted completely/);
});

test('handed in: the queue refuses at once → the rest is not waited for', async () => {
  const { ask } = queue(true);
  const message = await ask('begin', envelope);
  for (let i = 0; i < 8; i++) await ask('piece', { message }, Buffer.alloc(256 * 1024));
  assert.deepEqual(await ask('end', { message }), { ok: false, code: 53, permanent: false, text: 'no room' });
});

const wrong: readonly [name: string, words: unknown, bytes: Uint8Array][] = [
  ['begin', { sender: 'a', recipients: [] }, noBytes],
  ['begin', { sender: 'a\0b', recipients: ['c'] }, noBytes],
  ['begin', { sender: 'a', recipients: ['ÿ', 'Ā'] }, noBytes],
  ['piece', { message: 99 }, noBytes],
  ['piece', { message: 1 }, Buffer.alloc(256 * 1024 + 1)],
  ['end', 'x', noBytes],
];

for (const [name, words, bytes] of wrong) {
  test(`handed in: ${name} ${JSON.stringify(words)}, ${bytes.length} bytes → refused`, async () => {
    const { ask, messages } = queue();
    await ask('begin', envelope);
    await assert.rejects(ask(name, words, bytes));
    messages.gone();
  });
}

test('handed in: very many at once → refused', async () => {
  const { ask, messages } = queue();
  for (let i = 0; i < 16; i++) await ask('begin', envelope);
  await assert.rejects(ask('begin', envelope), /too many/);
  messages.gone();
});
