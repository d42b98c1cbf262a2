// tcprules and tcprulescheck say and write what djb's programs do.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run as tcprules } from '../../../../main/cli/receive/tcprules.ts';
import { run as tcprulescheck } from '../../../../main/cli/receive/tcprulescheck.ts';
import { callCommand } from '../../../support/call-command.ts';
import { runProgram, without } from '../../../support/programs.ts';
import { tempDir } from '../../../support/temp-dir.ts';

test('tcprules: smtpd.md 9 → tcprulescheck says what it should', async t => {
  const directory = tempDir(t);
  const [path, temporary] = [join(directory, 'cdb'), join(directory, 'tmp')];
  const made = await callCommand(tcprules, [path, temporary], { input: '1.2.3.4:deny\n:allow,which="x"\n' });
  assert.deepEqual(made, { code: 0, stdout: '', stderr: '' });
  assert.equal(existsSync(temporary), false);
  assert.deepEqual(await callCommand(tcprulescheck, [path, '1.2.3.4']), {
    code: 0,
    stdout: 'rule 1.2.3.4:\ndeny connection\n',
    stderr: '',
  });
  assert.deepEqual(await callCommand(tcprulescheck, [path], { env: { TCPREMOTEIP: '5.6.7.8' } }), {
    code: 0,
    stdout: 'rule :\nset environment variable which=x\nallow connection\n',
    stderr: '',
  });
});

test('tcprules: a line that makes no sense → 100, the old database stays', async t => {
  const directory = tempDir(t);
  const path = join(directory, 'cdb');
  writeFileSync(path, 'old');
  const made = await callCommand(tcprules, [path, join(directory, 'tmp')], { input: ':allow\n1.2.3.4:perhaps\n' });
  const stderr = 'tcprules: fatal: unable to parse this line: 1.2.3.4:perhaps\n';
  assert.deepEqual([made, readFileSync(path, 'latin1')], [{ code: 100, stdout: '', stderr }, 'old']);
});

const failures: [what: string, run: typeof tcprules, args: string[], code: number, stderr: RegExp][] = [
  ['tcprules without files', tcprules, ['one'], 100, /^tcprules: usage: /],
  [
    'tcprules with no place for the new file',
    tcprules,
    ['cdb', '/nowhere/tmp'],
    111,
    /unable to create \/nowhere\/tmp: no such file/,
  ],
  ['tcprulescheck without a database', tcprulescheck, [], 100, /^tcprulescheck: usage: /],
  [
    'tcprulescheck with no such database',
    tcprulescheck,
    ['/nowhere/cdb'],
    111,
    /unable to read \/nowhere\/cdb: no such file/,
  ],
];

for (const [what, run, args, code, stderr] of failures) {
  test(`${what} → ${code}`, async () => {
    const called = await callCommand(run, args);
    assert.equal(called.code, code);
    assert.match(called.stderr, stderr);
  });
}

const rules = 'me@1.2.3.4:deny,A="1"\n@=h.x:allow,B="2",C=\'3\'\n=h.x:allow\n1.:deny\n=.x:allow,D="4"\n=:deny\n';
const clients: Record<string, string>[] = [
  { TCPREMOTEIP: '1.2.3.4', TCPREMOTEINFO: 'me', TCPREMOTEHOST: 'h.x' },
  { TCPREMOTEIP: '1.2.3.4', TCPREMOTEINFO: '', TCPREMOTEHOST: 'h.x' },
  { TCPREMOTEIP: '1.2.3.4', TCPREMOTEHOST: 'h.x' },
  { TCPREMOTEIP: '1.2.3.4' },
  { TCPREMOTEIP: '2.2.3.4', TCPREMOTEHOST: 'i.x' },
  { TCPREMOTEIP: '2.2.3.4', TCPREMOTEHOST: 'x' },
  { TCPREMOTEIP: '2.2.3.4' },
  {},
];

test('tcprulescheck: every kind of client → what djb’s program says', { skip: without('tcprulescheck') }, async t => {
  const path = join(tempDir(t), 'cdb');
  await callCommand(tcprules, [path, `${path}.tmp`], { input: rules });
  for (const env of clients) {
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const theirs = await runProgram('env', [...variables, 'tcprulescheck', path]);
    assert.equal((await callCommand(tcprulescheck, [path], { env })).stdout, theirs);
  }
});
