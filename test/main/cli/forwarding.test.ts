// The programs around forwarding databases, run as a user runs them: files, exit codes, messages.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeQueueDirs, queueLayout } from '../../../core/queue/files/layout.ts';
import { tableT } from '../../core/local/forwarding/table.ts';
import { command as waypost } from '../../support/command.ts';
import { queuedIn } from '../../support/home-with-queue.ts';
import { tempDir } from '../../support/temp-dir.ts';

type Ended = { readonly code: number | null; readonly out: string; readonly err: string };
type Run = (args: readonly string[], input?: string, variables?: Readonly<Record<string, string>>) => Ended;

/** A directory to work in, with a home in it for the control files. */
function workPlace(t: TestContext): { directory: string; run: Run } {
  const directory = tempDir(t);
  mkdirSync(join(directory, 'home/control'), { recursive: true });
  writeFileSync(join(directory, 'home/control/me'), 'me.example\n');
  const env = { PATH: process.env.PATH, WAYPOST_HOME: join(directory, 'home') };
  const run: Run = (args, input = '', variables = {}) => {
    const options = { cwd: directory, env: { ...env, ...variables }, input: Buffer.from(input, 'latin1') };
    const { status, stdout, stderr } = spawnSync(process.execPath, [waypost, ...args], options);
    return { code: status, out: stdout.toString('latin1'), err: stderr.toString('latin1') };
  };
  return { directory, run };
}

test('setforward, printforward: a table → a database that all users may read, and back', t => {
  const { directory, run } = workPlace(t);
  assert.deepEqual(run(['setforward', 't.cdb', 't.tmp'], tableT), { code: 0, out: '', err: '' });
  assert.equal(statSync(join(directory, 't.cdb')).mode & 0o777, 0o644);
  assert.ok(!existsSync(join(directory, 't.tmp')));
  const raw = readFileSync(join(directory, 't.cdb'), 'latin1');
  const printed = run(['printforward'], raw);
  assert.deepEqual([printed.code, printed.err], [0, '']);
  assert.equal(run(['setforward', 'again.cdb', 't.tmp'], printed.out).code, 0);
  assert.equal(readFileSync(join(directory, 'again.cdb'), 'latin1'), raw);
});

test('setforward: a bad table → why, 100, the old database intact', t => {
  const { directory, run } = workPlace(t);
  writeFileSync(join(directory, 't.cdb'), 'old');
  assert.deepEqual(run(['setforward', 't.cdb', 't.tmp'], 'a@b: x'), {
    code: 100,
    out: '',
    err: 'setforward: fatal: final instruction must end with semicolon\n',
  });
  assert.equal(readFileSync(join(directory, 't.cdb'), 'latin1'), 'old');
  assert.deepEqual(readdirSync(directory).sort(), ['home', 't.cdb']);
});

test('setmaillist, printmaillist: a list → its binary form, and back', t => {
  const { directory, run } = workPlace(t);
  assert.equal(run(['setmaillist', 'l.bin', 'l.tmp'], '# us\na@b.c\n./more.bin\n').code, 0);
  assert.equal(readFileSync(join(directory, 'l.bin'), 'latin1'), '&a@b.c\0./more.bin\0');
  assert.deepEqual(run(['printmaillist'], '&a@b.c\0./more.bin\0'), { code: 0, out: '&a@b.c\n./more.bin\n', err: '' });
});

test('newaliases, newinclude: files of sendmail → files of fastforward', t => {
  const { directory, run } = workPlace(t);
  writeFileSync(join(directory, 'aliases'), 'root: ann, bob@far.example\nlist: :include:./list\n');
  writeFileSync(join(directory, 'list'), 'ann\n');
  assert.deepEqual(run(['newaliases', 'aliases']), { code: 0, out: '', err: '' });
  assert.deepEqual(run(['newinclude', 'list']), { code: 0, out: '', err: '' });
  assert.equal(readFileSync(join(directory, 'list.bin'), 'latin1'), '&ann@me.example\0');
  const { out } = run(['printforward'], readFileSync(join(directory, 'aliases.cdb'), 'latin1'));
  assert.equal(out, 'root@:\n, &bob@far.example\n, &ann@me.example\n;\nlist@:\n, ./list.bin\n;\n');
});

test('fastforward, dot-forward: as programs → the message goes into the queue of the home', t => {
  const { directory, run } = workPlace(t);
  const home = join(directory, 'home');
  makeQueueDirs(queueLayout(home));
  writeFileSync(join(directory, '.forward'), 'bob\n');
  assert.equal(run(['setforward', 't.cdb', 't.tmp'], 'sales@me.example: ann@far.x;').code, 0);
  const env = { RECIPIENT: 'sales@me.example', SENDER: 's@x', NEWSENDER: 's@x', DTLINE: 'Delivered-To: x@y\n' };
  const forwarded = run(['fastforward', 't.cdb'], 'Subject: hi\n\n', env);
  assert.deepEqual([forwarded.code, forwarded.err.replace(/\d+/, 'N')], [0, 'fastforward: qp N\n']);
  const obeyed = run(['dot-forward', '--home', home, '.forward'], 'Subject: hi\n\n', env);
  assert.deepEqual([obeyed.code, obeyed.err.replace(/\d+/, 'N')], [99, 'dot-forward: info: qp N\n']);
  const envelopes = queuedIn(home).map(({ envelope }) => envelope.slice(envelope.indexOf('F')));
  assert.deepEqual(envelopes.sort(), ['Fs@x|Tann@far.x|', 'Fs@x|Tbob@me.example|']);
});

test('fastforward: programs, but an input that cannot be read again (a pipe) → 111 and why, nothing forwarded', t => {
  const { directory, run } = workPlace(t);
  makeQueueDirs(queueLayout(join(directory, 'home')));
  assert.equal(run(['setforward', 't.cdb', 't.tmp'], 'log@x: |cat, ann@far.x;').code, 0);
  const { code, out, err } = run(['fastforward', 't.cdb'], 'Subject: hi\n', { RECIPIENT: 'log@x', SENDER: 's@x' });
  assert.deepEqual([code, out], [111, 'Subject: hi\n']);
  assert.match(err, /^fastforward: fatal: unable to rewind input: /);
  assert.deepEqual(readdirSync(join(directory, 'home/queue/todo')), []);
});

const failures: readonly (readonly [string, number, string])[] = [
  ['setforward', 100, 'setforward: usage: setforward data.cdb data.tmp\n'],
  ['setforward x.cdb no/x.tmp', 111, 'setforward: fatal: unable to create no/x.tmp: no such file or directory\n'],
  [
    'setforward no/x.cdb x.tmp',
    111,
    'setforward: fatal: unable to move x.tmp to no/x.cdb: no such file or directory\n',
  ],
  ['printforward', 100, 'printforward: fatal: bad database format\n'],
  ['setmaillist x', 100, 'setmaillist: usage: setmaillist list.bin list.tmp\n'],
  ['newinclude', 100, 'newinclude: usage: newinclude list\n'],
  ['newinclude none', 111, 'newinclude: fatal: unable to read none: no such file or directory\n'],
  ['newaliases -x', 100, 'newaliases: usage: newaliases [ aliases ]\n'],
  ['newaliases none', 111, 'newaliases: fatal: unable to read none: no such file or directory\n'],
];

test('setforward and the others: wrong usage → 100; an error of a file → 111 and its name', t => {
  const { run } = workPlace(t);
  assert.deepEqual(
    failures.map(([line]) => {
      const { code, err } = run(line.split(' '));
      return [line, code, err];
    }),
    failures,
  );
});
