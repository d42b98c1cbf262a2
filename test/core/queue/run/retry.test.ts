// A retry that is ordered while an attempt runs, and the same recipient twice in one message.
import assert from 'node:assert/strict';
import { done } from '../../../../core/paper-path/outcome.ts';
import { putOff, stage } from '../../../support/queue-stage.ts';
import { until } from '../../../support/until.ts';

const far = 'bob@far.example';
const near = 'ann@here.example';

stage('retry: ordered while an attempt runs → tried again when that has ended, once', async ({ open, end, trying }) => {
  const { queue, send, lines } = await open();
  const id = await send({ sender: '', recipients: [far, near] });
  await until('both to be tried', () => trying.has(far) && trying.has(near));
  assert.equal(queue.retry([id]), 2);
  await end(far, putOff);
  await end(near, putOff);
  await until('both to be tried again', () => trying.has(far) && trying.has(near));
  await end(far, putOff);
  await end(near, putOff);
  await until('all four to be put off', () => lines.filter(line => line.includes(': deferral:')).length === 4);
  assert.equal(lines.filter(line => line.startsWith('starting')).length, 4);
  assert.equal(queue.retry(), 2);
  await end(far, done('ok\n'));
  await end(near, done('ok\n'));
});

stage('retry: ordered while an attempt runs that succeeds → not tried again', async ({ open, end, trying }) => {
  const { queue, send, lines, logged } = await open();
  await send({ sender: '', recipients: [far] });
  await until('it to be tried', () => trying.has(far));
  queue.retry();
  await end(far, done('ok\n'));
  await logged(/^end msg/);
  assert.equal(lines.filter(line => line.startsWith('starting')).length, 1);
});

stage(
  'attempts: the same recipient twice in one message → each has its own tries, and its own record',
  async ({ open }) => {
    const calls: ((outcome: typeof putOff) => void)[] = [];
    const { queue, send } = await open(() => new Promise(resolve => calls.push(resolve)));
    const id = await send({ sender: '', recipients: [far, far] });
    await until('both to be tried', () => calls.length === 2);
    const rows = () => [...queue.rows(0, 10)][0]?.recipients.map(({ record, tries, state }) => [record, tries, state]);
    assert.deepEqual(rows(), [
      [0, 0, 'now'],
      [17, 0, 'now'],
    ]);
    calls[0]?.(putOff);
    await until('the first to end', () => rows()?.[0]?.[2] === 'waiting');
    assert.deepEqual(rows(), [
      [0, 1, 'waiting'],
      [17, 0, 'now'],
    ]);
    // What an earlier host has logged is that of both together.
    const busy = { said: 'busy', status: undefined, answer: undefined };
    for (let tries = 0; tries < 6; tries++) queue.attempts.recall(id, 'remote', far, busy);
    assert.deepEqual(
      rows()?.map(([, tries]) => tries),
      [4, 3],
    );
    calls[1]?.(putOff);
  },
);
