// control/queueextra and control/loghashes: what is kept of every message, however it arrives, and where it ends.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { done, never } from '../../../../core/paper-path/outcome.ts';
import type { DeliveryJob, Invoker } from '../../../../core/paper-path/shapes.ts';
import { queueLayout } from '../../../../core/queue/files/layout.ts';
import { admitWithCopies } from '../../../../core/queue/intake/copies.ts';
import { openQueueForInjection } from '../../../../core/queue/intake/inject-from-outside.ts';
import { copyHome, crashQueue } from '../../../support/crash-queue.ts';
import { type QueueRig, startQueue } from '../../../support/queue-rig.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

const log = 'log@here.example';
const control = { queueextra: 'log\n' };
const secret = { sender: 'joe@far.example', recipients: ['ann@here.example', 'bcc@far.example'] };
const text = 'Subject: hello\n\nHi.\n';

const ended = ({ lines }: QueueRig) => lines.filter(line => line.startsWith('end msg')).length;

async function keptBy(rig: QueueRig, messages: number): Promise<void> {
  await until(`${messages} messages to end`, () => ended(rig) >= messages);
  await rig.queue.stop();
  assert.equal(ended(rig), messages);
}

/** Keeps the text of what is delivered to each recipient. */
function keeper(outcomes: Readonly<Record<string, ReturnType<typeof never>>> = {}) {
  const kept: { recipient: string; sender: string; text: string }[] = [];
  const outcome = (job: DeliveryJob) => {
    kept.push({ recipient: job.recipient, sender: job.sender, text: readFileSync(job.path, 'latin1') });
    return outcomes[job.recipient] ?? done('ok\n');
  };
  const copies = () => kept.filter(({ recipient }) => recipient === log);
  return { kept, copies, outcome };
}

const doors: [what: string, send: (rig: QueueRig, home: string) => Promise<unknown>, body: string][] = [
  ['by the network', (rig, _, body = text) => rig.send(secret, body), text],
  ['that is large', rig => rig.send(secret, `${text}${'x'.repeat(200_000)}\n`), `${text}${'x'.repeat(200_000)}\n`],
  ['by qmail-queue', (_, home) => openQueueForInjection(home)([Buffer.from(text)], secret, { uid: 7 }), text],
];
for (const [what, send, body] of doors) {
  test(`queueextra, loghashes: a message ${what} → a copy with the envelope, a hash of what was sent, both delivered`, async t => {
    const home = tempDir(t);
    const { kept, copies, outcome } = keeper();
    const rig = await startQueue(t, home, outcome, { control: { ...control, loghashes: '1\n' } });
    await send(rig, home);
    await keptBy(rig, 2);
    assert.deepEqual(kept.map(({ recipient }) => recipient).sort(), ['ann@here.example', 'bcc@far.example', log]);
    const [copy] = copies();
    const lines =
      /^Received: \(qmail \d+ invoked by uid \d+\); .*\nX-Queue-Extra: qp \d+ uid \d+\nX-Envelope-From: <joe@far\.example>\nX-Envelope-To: <ann@here\.example>\nX-Envelope-To: <bcc@far\.example>\nReceived: \(qmail \d+ invoked .*\n/;
    assert.match(copy?.text ?? '', lines);
    assert.equal(copy?.text.replace(lines, ''), body);
    assert.equal(copy?.sender, '#@[]');
    const hash = createHash('sha256').update(body).digest('hex');
    assert.equal(rig.lines.filter(line => line.endsWith(` has sha256 ${hash}`)).length, 1, rig.lines.join('\n'));
  });
}

test('queueextra, loghashes: no such files, or 0 → no copy, no hash', async t => {
  const rig = await startQueue(t, tempDir(t), () => done(''), { control: { queueextra: '\n', loghashes: '0\n' } });
  await rig.send(secret);
  await keptBy(rig, 1);
  assert.ok(!rig.lines.some(line => line.includes('sha256')));
});

test('queueextra: a message that bounces, and whose bounce bounces → copies of both, none of the double bounce', async t => {
  const { copies, outcome } = keeper({
    'ann@here.example': never('no (#5.1.1)\n'),
    'joe@far.example': never('no (#5.1.1)\n'),
  });
  const rig = await startQueue(t, tempDir(t), outcome, { control });
  await rig.send({ ...secret, recipients: ['ann@here.example'] });
  await keptBy(rig, 5); // The message, its bounce, the double bounce, two copies.
  const senders = copies().map(copy => /^X-Envelope-From: <(.*)>$/m.exec(copy.text)?.[1]);
  assert.deepEqual(senders.sort(), ['', 'joe@far.example']);
});

test('queueextra: the copies bounce → they are discarded with a line in the log, and there is no loop', async t => {
  const { outcome } = keeper({ [log]: never('no (#5.1.1)\n') });
  const rig = await startQueue(t, tempDir(t), outcome, { control });
  await rig.send(secret);
  await keptBy(rig, 2);
  assert.equal(rig.lines.filter(line => line.startsWith('triple bounce: discarding')).length, 1);
});

const invokers: [what: string, invoker: Invoker, copies: number][] = [
  ['a copy is forwarded', { uid: 7 }, 0],
  ['a stranger uses the sender of double bounces', 'network', 1],
];
for (const [what, invoker, wanted] of invokers) {
  test(`queueextra: ${what} → copies of that: ${wanted}`, async t => {
    const { copies, outcome } = keeper();
    const rig = await startQueue(t, tempDir(t), outcome, { control });
    const forward = { sender: '#@[]', recipients: ['archive@far.example'] };
    assert.ok((await rig.queue.accept([Buffer.from(text)], forward, invoker)).ok);
    await keptBy(rig, 1 + wanted);
    assert.equal(copies().length, wanted);
  });
}

test('queueextra: line ends in an envelope address → no field of the copy', async t => {
  const { copies, outcome } = keeper();
  const rig = await startQueue(t, tempDir(t), outcome, { control });
  await rig.send({ sender: 'a\nX-Evil: 1@x', recipients: ['ann\r\n\r\nx@here.example'] });
  await keptBy(rig, 2);
  const header = copies()[0]?.text.split('\n\n')[0] ?? '';
  assert.match(header, /^X-Envelope-From: <a_X-Evil: 1@x>\nX-Envelope-To: <ann____x@here\.example>$/m);
});

test('queueextra: the disk refuses the copy → the message is not taken, either', async t => {
  const admitted: number[] = [];
  const admit = admitWithCopies({
    layout: queueLayout(tempDir(t)),
    control: () => ({ queueExtra: log }),
    accept: async () => ({ ok: false, code: 53, permanent: false, text: 'qq write error or disk full (#4.3.0)' }),
    admit: async ({ id }) => void admitted.push(id),
  });
  const raw = Buffer.from(text);
  const envelope = { ...secret, uid: 0, qp: 1 };
  await assert.rejects(
    admit({ id: 1, sizeBytes: raw.length, envelope, raw, head: raw, hasFile: false }),
    /copy for control\/queueextra was not taken: qq write error/,
  );
  assert.deepEqual(admitted, []);
});

test('queueextra: killed when a message was accepted → the message and its copy arrive once each', async t => {
  const first = tempDir(t);
  const stuck = Promise.withResolvers<ReturnType<typeof done>>();
  const running = await crashQueue(t, first, { outcome: () => stuck.promise, control });
  await running.send(secret, 'killed');
  const home = copyHome(t, first);
  stuck.resolve(done('ok\n'));
  const next = await crashQueue(t, home, { control });
  await next.idle();
  assert.deepEqual(next.sorted(), [
    'local ann@here.example killed',
    `local ${log} killed`,
    'remote bcc@far.example killed',
  ]);
});
