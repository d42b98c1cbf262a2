// In which order a contact sends what waits, and at which cost when very much does.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parseLink } from '../../../../core/control/links/link-file.ts';
import { createSendingList, type SendingListDeps } from '../../../../core/link/contact/sending-list.ts';
import type { Mark } from '../../../../core/link/spool/marks.ts';
import { createWaitingMail } from '../../../../core/link/spool/waiting.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const prefix = 'link-sat-';

async function rig(t: TestContext, some: Partial<SendingListDeps> = {}) {
  const maildir = tempDir(t);
  for (const place of ['new', 'cur']) mkdirSync(join(maildir, place));
  const mail = createWaitingMail(maildir, prefix, line => assert.fail(line));
  const given = new Map<string, Mark>();
  const asked = { marks: 0 };
  const marks = {
    of(name: string) {
      asked.marks++;
      return given.get(name);
    },
    set: (name: string, mark: Mark) => void given.set(name, mark),
    keepOnly: () => undefined,
    get version() {
      return given.size;
    },
    saved: async () => {},
  };
  const list = createSendingList({
    link: parseLink('sat', 'server 127.0.0.1\n').link,
    maildir,
    prefix,
    mail,
    marks,
    bytesLeft: () => Number.POSITIVE_INFINITY,
    onlyNow: () => false,
    log: line => assert.fail(line),
    sending: () => void list.left(),
    ...some,
  });
  function write(name: string, bytes = 10): void {
    const text = `Return-Path: <a@b.example>\nDelivered-To: ${prefix}c@d.example\n${'x'.repeat(bytes - 1)}\n`;
    writeFileSync(join(maildir, 'new', name), text);
  }
  return {
    write,
    list,
    mail,
    marks,
    asked,
    async put(name: string, bytes?: number) {
      write(name, bytes);
      await mail.look();
    },
    /** Sends the next message as the conversation does. @returns its name */
    async send() {
      await using message = await list.next();
      if (!message) return undefined;
      for await (const _ of message.pieces());
      mail.forget(message.name);
      return message.name.slice('new/'.length);
    },
  };
}

test('sending list: one held, one taken away, one new, one put first → the others in their order, each once', async t => {
  const { put, send, mail, marks, list } = await rig(t);
  for (const name of ['a', 'b', 'c', 'd', 'e']) await put(name);
  assert.equal(list.left(), 5);
  assert.equal(await send(), 'a');
  mail.forget('new/b');
  marks.set('new/c', 'held');
  assert.equal(list.left(), 2);
  await put('f');
  marks.set('new/e', 'first');
  const rest: (string | undefined)[] = [];
  for (let name = await send(); name !== undefined; name = await send()) rest.push(name);
  // b is gone from memory only: the look has found its file again.
  assert.deepEqual(rest, ['e', 'b', 'd', 'f']);
  assert.equal(list.left(), 0);
});

test('sending list: too large for the rest of the contact → passed over, and nothing is left when nothing fits', async t => {
  let bytesLeft = 500;
  const { put, send, list } = await rig(t, { bytesLeft: () => bytesLeft });
  await put('large', 5000);
  assert.equal(list.left(), 0);
  await put('small');
  // The count is allowed to include the large one, as long as something else goes.
  assert.ok(list.left() > 0);
  assert.deepEqual([await send(), await send()], ['small', undefined]);
  await put('later');
  assert.ok(list.left() > 0);
  bytesLeft = 0;
  assert.equal(list.left(), 0);
});

test('sending list: a thousand messages → each is looked at a few times, not once for each of the others', async t => {
  const { write, send, asked, mail } = await rig(t);
  const count = 1000;
  for (let n = 0; n < count; n++) write(`m${n}`);
  await mail.look();
  let sent = 0;
  asked.marks = 0;
  while ((await send()) !== undefined) sent++;
  assert.equal(sent, count);
  assert.ok(asked.marks < 10 * count, `${asked.marks} times`);
});
