// kill -9 after and in the middle of queue operations: each recipient is as before or as after.
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { queueLayout } from '../../core/queue/files/layout.ts';
import { listQueue } from '../../core/queue/owner/qread.ts';
import { type Stage, stage } from '../support/queue-stage.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const refused = 'This message was returned before delivery by the administrator of the mail host. (#5.0.0)';

/** A copy of a home as a kill -9 would leave it. */
function afterKill(t: TestContext, home: string): string {
  const copy = tempDir(t);
  cpSync(home, copy, { recursive: true, preserveTimestamps: true, filter: path => !path.endsWith('lock/trigger') });
  return copy;
}

stage(
  'kill -9 after an answer → held is held, released is released, deleted is gone, returned goes back',
  async (stage, t) => {
    const { home, trying } = stage;
    const { queue, send } = await stage.open(undefined, { concurrencyremote: '1' });
    await send({ sender: 's@x', recipients: ['blocks@far.x'] });
    await until('the slot to be taken', () => trying.size === 1);
    const ids: Record<string, number> = {};
    for (const name of ['held', 'released', 'deleted', 'returned', 'partly']) {
      ids[name] = await send({ sender: `s-${name}@x`, recipients: [`${name}@far.x`, `${name}2@far.x`] });
    }
    const of = (...names: string[]) => ({ ids: names.map(name => ids[name] as number) });
    await queue.operator['queue.hold'](of('held', 'released'));
    await queue.operator['queue.release'](of('released'));
    await queue.operator['queue.remove'](of('deleted'));
    await queue.operator['queue.bounce'](of('returned'));
    await queue.operator['queue.hold']({ ...of('partly'), recipient: { address: 'partly2@far.x' } });
    await queue.operator['queue.remove']({ ...of('partly'), recipient: { address: 'partly@far.x' } });
    const killed = await stage.open(undefined, {}, afterKill(t, home));
    await until('the returned message to be a bounce', () => {
      const senders = [...killed.queue.rows(0, 10)].map(row => row.sender);
      return senders.includes('') && !senders.includes('s-returned@x');
    });
    const found = [...killed.queue.rows(0, 10)].map(row => [
      row.sender,
      row.held,
      ...row.recipients.filter(({ state }) => state !== 'ended').map(({ address }) => address),
    ]);
    // Killed between a bounce and its note, qmail also sends it again: the bounces count as one.
    const bounces = found.filter(([sender]) => sender === '');
    assert.deepEqual(new Set(bounces.map(String)), new Set([',false,s-returned@x']));
    assert.deepEqual(found.filter(([sender]) => sender !== '').sort(), [
      ['s-held@x', true, 'held@far.x', 'held2@far.x'],
      ['s-partly@x', true, 'partly2@far.x'],
      ['s-released@x', false, 'released@far.x', 'released2@far.x'],
      ['s@x', false, 'blocks@far.x'],
    ]);
  },
);

/** The state of every recipient in a home whose host was killed: `waits`, `held`, `told` (in a bounce, sent or to come), several, or none. */
async function statesAfterKill({ open }: Stage, home: string, recipients: readonly string[]): Promise<string[]> {
  const { queue } = await open(undefined, {}, home);
  const layout = queueLayout(home);
  await until('what is finished to be finished', () =>
    [...queue.rows(0, 10)].every(
      row => row.sender === '' || row.more > 0 || row.recipients.some(({ state }) => state !== 'ended'),
    ),
  );
  const rows = [...queue.rows(0, 10)];
  const bounces = [
    ...readdirSync(join(layout.root, 'bounce')).map(name => readFileSync(layout.bounce(Number(name)), 'latin1')),
    ...(await Promise.all(
      rows.flatMap(({ id, sender }) => (sender === '' ? queue.operator['queue.view']({ id }) : [])),
    ).then(seen => seen.map(({ text }) => text))),
  ].join();
  const left = new Set([...listQueue(home)].flatMap(line => /^\tremote\t(.*)$/.exec(line)?.[1] ?? []));
  const word = rows.some(row => row.held) ? 'held' : 'waits';
  return recipients.map(address => {
    const states = [left.has(address) ? word : '', bounces.includes(`<${address}>:\n${refused}\n`) ? 'told' : ''];
    return states.filter(state => state !== '').join(' and ');
  });
}

for (const [verb, before, after] of [
  ['hold', 'waits', 'held'],
  ['release', 'held', 'waits'],
  ['bounce', 'waits', 'told'],
  ['remove', 'waits', ''],
] as const) {
  stage(`kill -9 in the middle of queue.${verb} → each recipient is as before or as after`, async (stage, t) => {
    const { home, trying } = stage;
    const { queue, send } = await stage.open(undefined, { concurrencyremote: '1' });
    await send({ sender: 's@x', recipients: ['blocks@far.x'] });
    await until('the slot to be taken', () => trying.size === 1);
    const recipients = Array.from({ length: 450 }, (_, n) => `r${n}@far.x`);
    const id = await send({ sender: 'joe@x', recipients });
    if (verb === 'release') await queue.operator['queue.hold']({ ids: [id] });
    const copies = [afterKill(t, home)];
    let ended = false;
    const running = queue.operator[`queue.${verb}`]({ ids: [id] }).finally(() => {
      ended = true;
    });
    while (!ended && copies.length < 12) {
      copies.push(afterKill(t, home));
      await turn();
    }
    await running;
    copies.push(afterKill(t, home));
    const seen: string[] = [];
    for (const copy of copies) {
      const states = new Set(await statesAfterKill(stage, copy, recipients));
      // A paragraph whose mark was not written: reported again, or not at all, but never lost.
      states.delete('waits and told');
      for (const state of states) assert.ok(state === before || state === after, `${state} in ${copy}`);
      seen.push([...states].join());
    }
    assert.deepEqual([seen[0], seen.at(-1)], [before, after]);
    t.diagnostic(`${copies.length} kills: ${seen.join(' | ')}`);
  });
}
