// waypost queue settle: a killed host's journal becomes the files that qmail's own programs read.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { later, type Outcome } from '../../../core/paper-path/outcome.ts';
import { queueLayout } from '../../../core/queue/files/layout.ts';
import { run as qmailQread } from '../../../main/cli/queue/qmail-qread.ts';
import { run as queueCommand } from '../../../main/cli/queue/queue.ts';
import { callCommand } from '../../support/call-command.ts';
import { copyHome, crashQueue } from '../../support/crash-queue.ts';
import { tempDir } from '../../support/temp-dir.ts';

const envelope = { sender: 'joe@far.example', recipients: ['ann@here.example', 'bob@far.example'] };
const outcome = () => later('busy (#4.2.1)\n');

test('queue settle: a killed host’s messages are in the journal → in qmail’s files, listed as before; then nothing to do', async t => {
  const tried = Promise.withResolvers<Outcome>();
  const running = await crashQueue(t, tempDir(t), { outcome: () => tried.promise });
  void running.send(envelope, 'only in the journal');
  while (running.queue.summary({ delivered: 0, deferred: 0, failed: 0 }).messages === 0)
    await new Promise(resolve => setTimeout(resolve, 5));
  const home = copyHome(t, running.home);
  tried.resolve(outcome());
  const layout = queueLayout(home);
  assert.deepEqual(infoFiles(home), []);
  const before = await callCommand(qmailQread, [], { home });
  assert.match(before.stdout, /<joe@far\.example> \n\tlocal\tann@here\.example\n\tremote\tbob@far\.example\n$/);

  const settled = await callCommand(queueCommand, ['settle'], { home });
  assert.equal(settled.code, 0);
  assert.match(settled.stdout, /^Settled\. .* messages: 1\./);
  assert.equal(infoFiles(home).length, 1);
  const id = Number(infoFiles(home)[0]);
  assert.match(readFileSync(layout.mess(id), 'latin1'), /^Received: .*\nSubject: only in the journal\n/);
  assert.deepEqual(readdirSync(layout.journalDir), []);
  const after = await callCommand(qmailQread, [], { home });
  assert.equal(after.stdout.replace(/#\d+/, '#N'), before.stdout.replace(/#\d+/, '#N'));

  const again = await callCommand(queueCommand, ['settle'], { home });
  assert.deepEqual([again.code, again.stdout], [0, 'Nothing to settle: the last host left nothing in the journal.\n']);
});

test('queue settle: a host runs → refused, with what to do; with more arguments: usage', async t => {
  const { home } = await crashQueue(t, tempDir(t), { outcome });
  await assert.rejects(callCommand(queueCommand, ['settle'], { home }), {
    exitCode: 1,
    message: /A mail host runs on .* Stop it first/,
  });
  const { code, stderr } = await callCommand(queueCommand, ['settle', '17'], { home });
  assert.deepEqual([code, /waypost queue settle/.test(stderr)], [100, true]);
});

function infoFiles(home: string): string[] {
  return queueLayout(home)
    .dirs('info')
    .flatMap(directory => readdirSync(directory));
}
