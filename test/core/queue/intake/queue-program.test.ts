// QMAILQUEUE: a program instead of the queue gets message and envelope, and its exit code decides.
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createProgramAccept } from '../../../../core/queue/intake/queue-program.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const envelope = { sender: 'joe@here.example', recipients: ['a@far.x', 'b@far.x'] };

/** A filter: fd 0 goes to `message`, fd 1 to `envelope`, then the lines of `script` run. */
function filter(t: TestContext, script: string) {
  const directory = tempDir(t);
  const program = join(directory, 'filter');
  const start = `#!/bin/sh\ncd '${directory}'\ncat > message\ncat <&1 > envelope.tmp\nmv envelope.tmp envelope\n`;
  writeFileSync(program, `#!/bin/sh\nexec 3<&1 1>/dev/null\n${start.slice(10).replace('<&1', '<&3')}${script}\n`);
  chmodSync(program, 0o755);
  const accept = createProgramAccept({ program, environment: { ...process.env, QMAILQUEUE: program } });
  return { accept, read: (name: string) => readFileSync(join(directory, name), 'latin1') };
}

test('queue program: exit 0 → accepted; it got message and envelope byte for byte', async t => {
  const { accept, read } = filter(t, 'exit 0');
  const accepted = await accept([Buffer.from('Subject: x\n\n'), Buffer.from([0, 255, 10])], envelope, 'network');
  assert.equal(accepted.ok, true);
  assert.equal(read('message'), 'Subject: x\n\n\0\xff\n');
  assert.equal(read('envelope'), 'Fjoe@here.example\0Ta@far.x\0Tb@far.x\0\0');
});

const answers = [
  { script: 'exit 31', code: 31, permanent: true, text: 'mail server permanently rejected message (#5.3.0)' },
  { script: 'exit 53', code: 53, permanent: false, text: 'qq write error or disk full (#4.3.0)' },
  { script: 'printf "Dvirus found (#5.7.1)\\n" >&6; exit 82', code: 82, permanent: true, text: 'virus found (#5.7.1)' },
  { script: 'printf "Zscanner is busy" >&6; exit 82', code: 82, permanent: false, text: 'scanner is busy' },
  { script: 'exit 82', code: 82, permanent: false, text: 'qq temporary problem (#4.3.0)' },
  { script: 'kill -9 $$', code: 81, permanent: false, text: 'qq crashed (#4.3.0)' },
];
for (const { script, ...refused } of answers) {
  test(`queue program: ${script} → ${refused.permanent ? 'permanent' : 'temporary'}: ${refused.text}`, async t => {
    assert.deepEqual(await filter(t, script).accept([Buffer.from('x\n')], envelope, 'network'), {
      ok: false,
      ...refused,
    });
  });
}

test('queue program: there is none of that name → temporary, unable to exec qq', async () => {
  const accept = createProgramAccept({ program: '/nonexistent/filter', environment: {} });
  assert.deepEqual(await accept([Buffer.from('x\n')], envelope, 'network'), {
    ok: false,
    code: 120,
    permanent: false,
    text: 'unable to exec qq (#4.3.0)',
  });
});

test('queue program: the client leaves → its error is returned, the envelope has no end', async t => {
  const { accept, read } = filter(t, 'exit 0');
  const dying = (async function* () {
    yield Buffer.from('half');
    throw new Error('connection lost');
  })();
  await assert.rejects(accept(dying, envelope, 'network'), /connection lost/);
  assert.equal(read('envelope'), '');
});
