// A failed recipient's paragraph of the bounce is synced before the recipient is marked as done.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { never } from '../../../../core/paper-path/outcome.ts';
import { openGate } from '../../../../core/paper-path/remote-gate.ts';
import { formatInfo } from '../../../../core/queue/files/info-file.ts';
import { makeQueueDirs, queueLayout } from '../../../../core/queue/files/layout.ts';
import { writeTimedFile } from '../../../../core/queue/files/timed-file.ts';
import type { JournalRecord } from '../../../../core/queue/journal/record.ts';
import { createQueueLog } from '../../../../core/queue/queue-log.ts';
import { openPass } from '../../../../core/queue/run/pass.ts';
import { DueTimes } from '../../../../core/queue/store/due-times.ts';
import { storeInFiles } from '../../../../core/queue/store/in-files.ts';
import { writeControl } from '../../../support/queue-rig.ts';
import { tempDir } from '../../../support/temp-dir.ts';

test('pass: a recipient of a waiting message fails → its paragraph is synced before the file says that it is done', async t => {
  const home = tempDir(t);
  const control = writeControl(home);
  const layout = queueLayout(home);
  makeQueueDirs(layout);
  const files = storeInFiles(layout);
  const message = { id: 7, bornSec: 1_700_000_000, sizeBytes: 1, channels: new DueTimes(), store: files };
  writeTimedFile(layout.info(7), formatInfo('joe@here.example'), message.bornSec);
  writeTimedFile(layout.remote(7), Buffer.from('Tfred@far.example\0'), message.bornSec);
  const records: JournalRecord['type'][] = [];
  let synced: () => void = () => undefined;
  const pass = openPass(
    {
      layout,
      files,
      control: () => control,
      log: createQueueLog(() => undefined, layout.root),
      journal: {
        commit(record) {
          records.push(record.type);
          return new Promise(resolve => {
            synced = () => resolve(1);
          });
        },
        note: record => void records.push(record.type),
      },
      syncWritten: async () => undefined,
      defersSync: true,
      wait: async () => true,
      gate: openGate,
      successes: { tell: async () => undefined },
      delays: { begin: () => ({ add: () => undefined, tell: () => undefined }) },
    },
    message,
    'remote',
    message.bornSec,
  );
  const recipient = pass.next();
  assert.ok(recipient);
  const recorded = pass.record(recipient, never('no (#5.1.1)\n'));
  for (let i = 0; i < 10; i++) await turn();
  assert.deepEqual(records, ['failed']);
  assert.equal(readFileSync(layout.remote(7), 'latin1'), 'Tfred@far.example\0');
  synced();
  await recorded;
  assert.deepEqual(records, ['failed', 'marked']);
  assert.equal(readFileSync(layout.remote(7), 'latin1'), 'Dfred@far.example\0');
  assert.equal(readFileSync(layout.bounce(7), 'latin1'), '<fred@far.example>:\nno (#5.1.1)\n\n');
});
