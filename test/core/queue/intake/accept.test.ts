// A large message is admitted only when the directory of its file is synced; a small one needs no file.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { makeQueueDirs, queueLayout } from '../../../../core/queue/files/layout.ts';
import { openNumbers } from '../../../../core/queue/files/numbers.ts';
import { createAccept } from '../../../../core/queue/intake/accept.ts';
import { inlineBytes } from '../../../../core/queue/intake/admit.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

const envelope = { sender: 'joe@here.example', recipients: ['fred@far.example'] };

/** A front door whose directory syncs end when the test says so. */
function frontDoor(t: TestContext) {
  const layout = queueLayout(tempDir(t));
  makeQueueDirs(layout);
  const steps: string[] = [];
  const synced = Promise.withResolvers<void>();
  const accept = createAccept({
    layout,
    clock: steppedClock(),
    syncDirectory(path) {
      steps.push(`sync ${path.slice(layout.root.length + 1).replace(/\d+$/, '')}`);
      return synced.promise;
    },
    numbers: openNumbers(layout, () => false),
    nextQp: () => 1,
    async admit({ id }) {
      steps.push(`admit${existsSync(layout.mess(id)) ? ' with a file' : ''}`);
    },
    log: { warning: () => undefined },
  });
  const messages = () => layout.dirs('mess').flatMap(directory => readdirSync(directory));
  return { accept, steps, synced, messages };
}

test('accept: a large message → the directory of its file is synced before the message is admitted', async t => {
  const { accept, steps, synced } = frontDoor(t);
  const accepted = accept([Buffer.alloc(inlineBytes + 1)], envelope, 'network');
  await until('the sync', () => steps.length > 0);
  await new Promise(resolve => setImmediate(resolve));
  assert.deepEqual(steps, ['sync mess/']);
  synced.resolve();
  assert.equal((await accepted).ok, true);
  assert.deepEqual(steps, ['sync mess/', 'admit with a file']);
});

test('accept: that directory cannot be synced → the message is refused, and its file is removed', async t => {
  const { accept, steps, synced, messages } = frontDoor(t);
  synced.promise.catch(() => undefined);
  synced.reject(new Error('EIO'));
  const refused = await accept([Buffer.alloc(inlineBytes + 1)], envelope, 'network');
  assert.deepEqual(refused, { ok: false, code: 53, permanent: false, text: 'qq write error or disk full (#4.3.0)' });
  assert.deepEqual([steps, messages()], [['sync mess/'], []]);
});

test('accept: a small message → no file and no sync of its own', async t => {
  const { accept, steps } = frontDoor(t);
  assert.equal((await accept([Buffer.from('Subject: hello\n\n')], envelope, 'network')).ok, true);
  assert.deepEqual(steps, ['admit']);
});
