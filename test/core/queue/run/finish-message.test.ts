// The end of a message in files: first its bounce, then the end on disk, then the removal.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { formatInfo } from '../../../../core/queue/files/info-file.ts';
import { makeQueueDirs, queueLayout } from '../../../../core/queue/files/layout.ts';
import { createQueueLog } from '../../../../core/queue/queue-log.ts';
import { finishMessage } from '../../../../core/queue/run/finish-message.ts';
import { DueTimes } from '../../../../core/queue/store/due-times.ts';
import { storeInFiles } from '../../../../core/queue/store/in-files.ts';
import { writeControl } from '../../../support/queue-rig.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const id = 7;

/** A message in files that has failed, and a queue that notes each step with the files that exist at that moment. */
function lastSteps(t: TestContext) {
  const home = tempDir(t);
  const control = writeControl(home);
  const layout = queueLayout(home);
  makeQueueDirs(layout);
  writeFileSync(layout.info(id), formatInfo('joe@here.example'));
  writeFileSync(layout.mess(id), 'Subject: hello\n\nHi.\n');
  writeFileSync(layout.bounce(id), '<fred@far.example>:\nno\n\n');
  const steps: string[] = [];
  const files = () => (['info', 'mess', 'bounce'] as const).filter(kind => existsSync(layout[kind](id))).join(' ');
  const committed = Promise.withResolvers<number>();
  const finished = finishMessage(
    {
      layout,
      control: () => control,
      clock: steppedClock(),
      async accept(_, { recipients }) {
        steps.push(`bounce to ${recipients.join()} with ${files()}`);
        return { ok: true, id: 8, qp: 1 };
      },
      journal: {
        commit({ type }) {
          steps.push(`${type} with ${files()}`);
          return committed.promise;
        },
        note: ({ type }) => void steps.push(`note ${type}`),
      },
      numbers: { give: () => assert.fail('its file had the number') },
      isNamed: () => false,
      log: createQueueLog(() => undefined, layout.root),
    },
    { id, bornSec: 1_700_000_000, sizeBytes: 1, channels: new DueTimes(), store: storeInFiles(layout) },
  );
  return { layout, steps, files, committed, finished };
}

test('finishMessage: files exist → the bounce is queued, then the end is on disk, then the files are removed', async t => {
  const { steps, files, committed, finished } = lastSteps(t);
  for (let i = 0; i < 10; i++) await turn();
  const before = ['bounce to joe@here.example with info mess bounce', 'finished with info mess'];
  assert.deepEqual([steps, files()], [before, 'info mess']);
  committed.resolve(1);
  assert.equal(await finished, true);
  assert.deepEqual([steps, files()], [before, '']);
});

test('finishMessage: the disk refuses the end → the files stay, for the next time', async t => {
  const { layout, files, committed, finished } = lastSteps(t);
  committed.reject(new Error('EIO'));
  assert.equal(await finished, false);
  assert.equal(files(), 'info mess');
  assert.equal(readFileSync(layout.mess(id), 'latin1'), 'Subject: hello\n\nHi.\n');
});
