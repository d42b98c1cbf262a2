// Messages that other processes queue, at inconvenient moments for the host.
import assert from 'node:assert/strict';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { systemClock } from '../../../../core/lib/clock.ts';
import { later } from '../../../../core/paper-path/outcome.ts';
import { makeQueueDirs, queueLayout } from '../../../../core/queue/files/layout.ts';
import { pullTrigger } from '../../../../core/queue/files/trigger.ts';
import { openQueueForInjection } from '../../../../core/queue/intake/inject-from-outside.ts';
import { listQueue } from '../../../../core/queue/owner/qread.ts';
import { openQueue } from '../../../../core/queue/queue.ts';
import { startQueue, writeControl } from '../../../support/queue-rig.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

const toBoth = { sender: 'joe@here.example', recipients: ['fred@here.example', 'ann@far.example'] };
const busy = later('busy (#4.2.1)\n');

async function queueOutside(home: string): Promise<number> {
  const accepted = await openQueueForInjection(home)([Buffer.from('Subject: hello\n\n')], toBoth, { uid: 0 });
  if (!accepted.ok) throw new Error(accepted.text);
  return accepted.id;
}

/** Long enough for the host to hear of a pull of its trigger. */
async function someTurns(): Promise<void> {
  for (let n = 0; n < 50; n++) await turn();
}

const recipientsOf = (home: string) => [...listQueue(home)].flatMap(line => /^\t\w+\t(.*)$/.exec(line)?.[1] ?? []);

test('arrivals: qmail-send was killed while it preprocessed a message → nothing of what it left is believed', async t => {
  const home = tempDir(t);
  const layout = queueLayout(home);
  makeQueueDirs(layout);
  const id = await queueOutside(home);
  writeFileSync(layout.info(id), 'Fjoe@');
  writeFileSync(layout.local(id), 'Tfred@here.example\0');
  writeFileSync(layout.remote(id), 'Tstranger@far.example\0');
  const { queue, logged } = await startQueue(t, home);
  await logged(/^end msg/);
  for (const path of [layout.info, layout.local, layout.remote]) assert.ok(!existsSync(path(id)), path(id));
  await queue.stop();
});

test('arrivals: a message comes before the host is ready → it waits for the start', async t => {
  const home = tempDir(t);
  const layout = queueLayout(home);
  const control = writeControl(home, { concurrencylocal: '0', concurrencyremote: '0' });
  const lines: string[] = [];
  const queue = await openQueue({
    home,
    control: () => control,
    clock: systemClock,
    log: line => lines.push(line),
    deliver: () => ({ local: async () => busy, remote: async () => busy }),
    changed: () => undefined,
  });
  t.after(() => queue.stop());
  const id = await queueOutside(home);
  // A start that was killed in the middle has left these.
  writeFileSync(layout.info(id), 'Fjoe@here.example\0');
  writeFileSync(layout.local(id), 'Tfred@here.example\0');
  pullTrigger(layout.trigger);
  await someTurns();
  queue.start();
  await until('it to be taken up', () => lines.includes(`new msg ${id}`));
  await queue.stop();
  assert.deepEqual(recipientsOf(home).sort(), [...toBoth.recipients].sort());
});

test('arrivals: a name in todo without a message is removed, and another message gets that number → accepted', async t => {
  const home = tempDir(t);
  const layout = queueLayout(home);
  const clock = steppedClock(Date.now());
  const control = { concurrencylocal: '0', concurrencyremote: '0' };
  const { send, queue, logged } = await startQueue(t, home, () => busy, { clock, control });
  // Very many messages are due: whatever can wait does.
  await Promise.all(Array.from({ length: 101 }, () => send(toBoth)));
  for (let sec = 0; sec < 6; sec++) clock.pass(1000);
  const id = await queueOutside(home);
  rmSync(layout.mess(id));
  pullTrigger(layout.trigger);
  await someTurns();
  for (let half = 0; half < 19; half++) clock.pass(500);
  await until('the name to be removed', () => !existsSync(layout.todo(id)));
  const other = await queueOutside(home);
  for (const path of [layout.mess, layout.intd, layout.todo]) renameSync(path(other), path(id));
  clock.pass(2000);
  await someTurns();
  pullTrigger(layout.trigger);
  await logged(new RegExp(`^new msg ${id}$`));
  assert.equal([...queue.rows(0, 200)].filter(row => row.id === id).length, 1);
  await queue.stop();
  assert.ok(existsSync(layout.mess(id)));
  assert.ok(!existsSync(layout.todo(id)));
});
