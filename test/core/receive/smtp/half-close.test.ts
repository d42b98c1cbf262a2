// Clients that send all they have to send and then close their side: the queue's answer still reaches them.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type RawClient, rawClient } from '../../../support/raw-client.ts';
import { startSmtp } from '../../../support/smtp-rig.ts';

const ok = { ok: true, id: 1, qp: 4056 } as const;

/** A client that has said DATA. @param answer the queue's result comes when this resolves */
async function beforeMessage(
  t: TestContext,
  answer: () => Promise<typeof ok> = async () => ok,
): Promise<{ client: RawClient; taken: readonly unknown[] }> {
  const { port, taken } = await startSmtp(t, { answer });
  const client = await rawClient(port);
  t.after(() => client.drop());
  client.send('EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<joe@heaven.af.mil>\r\nDATA\r\n');
  while (!(await client.line()).startsWith('354 ')) {}
  return { client, taken };
}

const message = 'Subject: x\r\n\r\nhi\r\n.\r\n';
const goodbye = '250 ok 1795253752 qp 4056\r\n221 heaven.af.mil\r\n';

test('half-close: final dot, QUIT and FIN at once (Exim 4.9x) → both replies, queued once', async t => {
  const { client, taken } = await beforeMessage(t);
  client.socket.end(`${message}QUIT\r\n`);
  assert.equal(await client.rest(), goodbye);
  assert.equal(taken.length, 1);
});

test('half-close: FIN while the queue is busy → both replies', async t => {
  const asked = Promise.withResolvers<void>();
  const result = Promise.withResolvers<typeof ok>();
  const { client } = await beforeMessage(t, () => {
    asked.resolve();
    return result.promise;
  });
  client.send(`${message}QUIT\r\n`);
  await asked.promise;
  await new Promise<void>(resolve => client.socket.end(resolve));
  result.resolve(ok);
  assert.equal(await client.rest(), goodbye);
});

test('half-close: FIN without QUIT → the reply to the message, then the end', async t => {
  const { client, taken } = await beforeMessage(t);
  client.socket.end(message);
  assert.equal(await client.rest(), '250 ok 1795253752 qp 4056\r\n');
  assert.equal(taken.length, 1);
});

test('half-close: FIN in the middle of a message → closed, nothing queued', async t => {
  const { client, taken } = await beforeMessage(t);
  client.socket.end('Subject: x\r\n\r\nhalf');
  assert.equal(await client.rest(), '');
  assert.equal(taken.length, 0);
});
