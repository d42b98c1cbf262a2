// qmail-qread and qmail-qstat on a queue whose files are qmail's, byte for byte (queue.md 8, vectors 6 and 12).
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { later, never } from '../../../core/paper-path/outcome.ts';
import { makeQueueDirs, queueLayout } from '../../../core/queue/files/layout.ts';
import { run as qmailQread } from '../../../main/cli/queue/qmail-qread.ts';
import { run as qmailQstat } from '../../../main/cli/queue/qmail-qstat.ts';
import { callCommand } from '../../support/call-command.ts';
import { startQueue, writeControl } from '../../support/queue-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';

const id = 2_187_270;
const sender = 'list-owner-@heaven.af.mil-@[]';
const recipients = ['nouser@remote.example', 'tempuser@remote.example'];
const oneDone = `D${recipients[0]}\0T${recipients[1]}\0`;

test('qmail-qread, qmail-qstat: queue.md 12, one recipient of two refused → both, the first done; two counts', async t => {
  const home = tempDir(t);
  writeControl(home);
  const layout = queueLayout(home);
  makeQueueDirs(layout);
  const files: [path: string, text: string][] = [
    [layout.mess(id), 'x'.repeat(315)],
    [layout.info(id), `F${sender}\0`],
    [layout.local(id), 'Tjoe\xe9@heaven.af.mil\0'],
    [layout.remote(id), oneDone],
    [layout.bounce(id), '<nouser@remote.example>:\nno\n\n'],
    [layout.mess(17), 'y'],
    [layout.info(17), 'F\0'],
    [layout.mess(18), 'z'],
    [layout.todo(18), 'u0\0p1\0F\0'],
  ];
  for (const [path, text] of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, 'latin1');
    utimesSync(path, 1_795_252_463, 1_795_252_463);
  }
  assert.deepEqual(await callCommand(qmailQread, [], { home }), {
    code: 0,
    stdout: [
      `21 Nov 2026 09:14:23 GMT  #${id}  315  <${sender}>  bouncing\n`,
      '\tlocal\tjoe\xe9@heaven.af.mil\n',
      '  done\tremote\tnouser@remote.example\n',
      '\tremote\ttempuser@remote.example\n',
      '21 Nov 2026 09:14:23 GMT  #17  1  <> \n',
    ].join(''),
    stderr: '',
  });
  assert.deepEqual(await callCommand(qmailQstat, [], { home }), {
    code: 0,
    stdout: 'messages in queue: 3\nmessages in queue but not yet preprocessed: 1\n',
    stderr: '',
  });
});

test('queue: queue.md 6, one recipient of two refused → the records of remote/N and info/N after a stop', async t => {
  const home = tempDir(t);
  const rig = await startQueue(t, home, job =>
    job.recipient === recipients[0] ? never('550 no such user\n') : later('451 try later\n'),
  );
  const number = await rig.send({ sender, recipients });
  await rig.logged(/failure/);
  await rig.logged(/deferral/);
  await rig.queue.stop();
  const layout = queueLayout(home);
  const [remote, info] = [layout.remote(number), layout.info(number)].map(path => readFileSync(path, 'latin1'));
  assert.deepEqual([remote, info], [oneDone, `F${sender}\0`]);
  const size = statSync(layout.mess(number)).size;
  const { stdout } = await callCommand(qmailQread, [], { home });
  assert.match(stdout, new RegExp(` #${number}  ${size}  <list-owner-@.*>  bouncing\n  done\tremote\tnouser@`));
});

test('qmail-qread: addresses with line ends and orders to the terminal → ? for each, and no line more; other bytes stay', async t => {
  const home = tempDir(t);
  const rig = await startQueue(t, home, () => later('451 try later\n'));
  const hostile = 'a\x1b[2J\n1 Dec 2026\x9b2J\xc2\x9b\xe2\x80\xae\xe9\xc3\xa9@h.example';
  await rig.send({ sender: hostile, recipients: [`x\t${hostile}`] });
  await rig.logged(/deferral/);
  await rig.queue.stop();
  const { stdout } = await callCommand(qmailQread, [], { home });
  const shown = 'a?[2J?1 Dec 2026?2J??\xe9\xc3\xa9@h.example';
  const [head = '', recipient, ...rest] = stdout.split('\n');
  assert.ok(head.endsWith(`<${shown}> `), head);
  assert.deepEqual([recipient?.replace(/^\t\w+\t/, ''), rest], [`x?${shown}`, ['']]);
});

test('qmail-qread, qmail-qstat: no home → 111 and what to do', async t => {
  const home = tempDir(t);
  for (const run of [qmailQread, qmailQstat]) {
    await assert.rejects(callCommand(run, [], { home }), { exitCode: 111, message: /is not a Waypost home/ });
  }
});
