// A message's number is used again as soon as the message has gone: whoever still means the old one must not touch the new.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { later } from '../../../core/lib/outcome.ts';
import { ChannelTimes } from '../../../core/queue/channel-times.ts';
import { queueLayout } from '../../../core/queue/layout.ts';
import { createQueueLog } from '../../../core/queue/log-lines.ts';
import { createOperator } from '../../../core/queue/operator.ts';
import { createWaitingMessages, type WaitingMessage } from '../../../core/queue/waiting.ts';
import { startQueue } from '../../support/queue-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';

const toOne = { sender: 'joe@here.example', recipients: ['fred@far.example'] };
const busy = later('busy (#4.2.1)\n');

test('numbers: an order for a row whose number another message has now → that one is left alone', async t => {
  const { queue, send } = await startQueue(t, tempDir(t), () => busy);
  const id = await send(toOne);
  const [row] = queue.rows(0, 1);
  assert.ok(row);
  for (const verb of ['queue.hold', 'queue.release', 'queue.bounce', 'queue.remove'] as const) {
    await assert.rejects(queue.operator[verb]({ ids: [id], bornMs: row.bornMs - 1000 }), { code: 'gone' });
  }
  assert.deepEqual(await queue.operator['queue.hold']({ ids: [id], bornMs: row.bornMs }), { changed: 1, busy: 0 });
});

test('numbers: one becomes another message’s while an order waits for its turn → that one is left alone', async t => {
  const waiting = createWaitingMessages();
  const messageOf = (id: number): WaitingMessage => {
    const channels = new ChannelTimes();
    channels.set('remote', 0);
    return { id, bornSec: 1000, sizeBytes: 10, channels };
  };
  waiting.add(messageOf(1));
  waiting.add(messageOf(2));
  const decided: WaitingMessage[] = [];
  const slow = Promise.withResolvers<void>();
  const operator = createOperator({
    layout: queueLayout(tempDir(t)),
    syncDirectory: async () => undefined,
    waiting,
    scheduler: {
      hurry: () => undefined,
      isTrying: () => false,
      async decide(message) {
        decided.push(message);
        await slow.promise;
        return { changed: 1, busy: 0 };
      },
    },
    log: createQueueLog(() => undefined, '/q'),
    changed: () => undefined,
  });
  const first = operator['queue.remove']({ ids: [1] });
  const second = operator['queue.remove']({ ids: [2] });
  waiting.remove(2);
  waiting.add(messageOf(2));
  slow.resolve();
  assert.deepEqual(await first, { changed: 1, busy: 0 });
  await assert.rejects(second, { code: 'gone' });
  assert.deepEqual(
    decided.map(({ id }) => id),
    [1],
  );
});
