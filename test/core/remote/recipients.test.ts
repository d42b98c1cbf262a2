// control/remoterecipients: several recipients of one message in one transaction.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../core/lib/clock.ts';
import type { DeliveryJob } from '../../../core/paper-path/shapes.ts';
import { openTcpTo } from '../../../core/remote/connections/tcpto.ts';
import { createRemoteDeliver } from '../../../core/remote/deliver.ts';
import { writeControl } from '../../support/queue-rig.ts';
import { type PeerScript, type SmtpPeer, startPeer } from '../../support/smtp-peer.ts';
import { tempDir } from '../../support/temp-dir.ts';

async function desk(
  t: TestContext,
  remoterecipients: string,
  script: PeerScript = {},
  routes = (relay: string) => `:${relay}\n`,
) {
  const home = tempDir(t);
  const peer = await startPeer(t, script);
  const control = writeControl(home, { remoterecipients, smtproutes: routes(`127.0.0.1:${peer.port}`) });
  const tcpto = openTcpTo(home, systemClock);
  const deliver = createRemoteDeliver({ home, control: () => control, clock: systemClock, tcpto });
  const path = join(home, 'message');
  writeFileSync(path, 'Subject: t\n');
  const job = (recipient: string, sender = 'l@here'): DeliveryJob => ({ id: 1, path, sender, recipient });
  const send = (jobs: DeliveryJob[]) => Promise.all(jobs.map(one => deliver(one)));
  return { peer, job, send };
}

/** The recipients of each MAIL command, over all connections. */
function transactions({ sessions }: SmtpPeer): string[][] {
  const found: string[][] = [];
  for (const command of sessions.flatMap(({ commands }) => commands)) {
    if (command.startsWith('MAIL')) found.push([]);
    const recipient = /^RCPT TO:<(.*)>/.exec(command)?.[1];
    if (recipient) found.at(-1)?.push(recipient);
  }
  return found;
}

test('remoterecipients: 1 → a transaction for each', async t => {
  for (const text of ['1\n', '0\n']) {
    const { peer, job, send } = await desk(t, text);
    await send([job('a@x'), job('b@x')]);
    assert.deepEqual(transactions(peer).sort(), [['a@x'], ['b@x']]);
  }
});

test('remoterecipients: not there → at most a hundred together', async t => {
  const { peer, job, send } = await desk(t, '\n');
  await send(Array.from({ length: 101 }, (_, at) => job(`${at}@x`)));
  assert.deepEqual(
    transactions(peer).map(({ length }) => length),
    [100, 1],
  );
});

test('remoterecipients: 3, hosts with one relay → at most three together', async t => {
  const { peer, job, send } = await desk(t, '3\n');
  await send(['a@x', 'b@y', 'c@x', 'd@x', 'e@y'].map(recipient => job(recipient)));
  assert.deepEqual(transactions(peer).sort(), [
    ['a@x', 'b@y', 'c@x'],
    ['d@x', 'e@y'],
  ]);
});

test('remoterecipients: 3, hosts with different relays → those of a relay together', async t => {
  const { peer, job, send } = await desk(
    t,
    '3\n',
    {},
    relay => `x:${relay}\ny:${relay.replace('127', '[127')}\n:${relay}\n`,
  );
  await send(['a@x', 'b@Y', 'c@x', 'd@z'].map(recipient => job(recipient)));
  assert.deepEqual(transactions(peer).sort(), [['a@x', 'c@x', 'd@z']]);
});

test('remoterecipients: an address with a line end, of a program on this machine → never, the others go', async t => {
  for (const evil of ['joe\r\nRCPT TO:<x@y>\r\n@x', 'joe\n@x', 'joe\r@x', 'joe@x y', 'joe@<x']) {
    const { peer, job, send } = await desk(t, '3\n');
    const outcomes = await send([job(evil), job('ann@x'), job('bob@x', evil)]);
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ['never', 'done', 'never'],
    );
    assert.deepEqual(transactions(peer), [['ann@x']]);
  }
});

test('remoterecipients: three together, 250, 550, 450 → an outcome for each', async t => {
  const { job, send } = await desk(t, '3\n', { rcpt: ['250 ok', '550 no', '450 later'] });
  const outcomes = await send(['a@x', 'b@x', 'c@x'].map(recipient => job(recipient)));
  assert.deepEqual(
    outcomes.map(({ kind }) => kind),
    ['done', 'never', 'later'],
  );
});

test('remoterecipients: 3, senders made for each recipient (VERP) → a transaction for each', async t => {
  const { peer, job, send } = await desk(t, '3\n');
  await send([job('a@x', 'l-a=x@here'), job('b@x', 'l-b=x@here')]);
  assert.deepEqual(transactions(peer).sort(), [['a@x'], ['b@x']]);
});

test('remoterecipients: a server that takes one at a time (452) → the others follow at once', async t => {
  const rcpt = ['250 ok', '452 too many', '452 too many', '250 ok', '452 too many', '250 ok'];
  const { peer, job, send } = await desk(t, '9\n', { rcpt });
  const outcomes = await send(['a@x', 'b@x', 'c@x'].map(recipient => job(recipient)));
  assert.deepEqual(transactions(peer), [['a@x', 'b@x', 'c@x'], ['b@x', 'c@x'], ['c@x']]);
  assert.deepEqual(
    outcomes.map(({ kind }) => kind),
    ['done', 'done', 'done'],
  );
});

test('remoterecipients: a server that accepts no recipient (452) → all are deferred, it is asked once', async t => {
  const { peer, job, send } = await desk(t, '9\n', { rcpt: '452 full' });
  const outcomes = await send(['a@x', 'b@x'].map(recipient => job(recipient)));
  assert.deepEqual(transactions(peer), [['a@x', 'b@x']]);
  assert.deepEqual(
    outcomes.map(({ kind }) => kind),
    ['later', 'later'],
  );
});
