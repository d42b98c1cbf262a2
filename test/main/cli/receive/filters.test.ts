// The filters around network programs, as processes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { command as waypost } from '../../../support/command.ts';

/** Runs a command with `input`; everything is a byte string. */
async function run(args: readonly string[], input: string) {
  const child = spawn(process.execPath, [waypost, ...args]);
  child.stdin.on('error', () => {}).end(Buffer.from(input, 'latin1'));
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  const [out, err, code] = await Promise.all([buffer(child.stdout), buffer(child.stderr), ended]);
  return { out: out.toString('latin1'), err: err.toString('latin1'), code };
}

test('addcr and delcr: smtpd.md 12', async () => {
  assert.deepEqual(await run(['addcr'], 'b\r\n'), { out: 'b\r\r\n', err: '', code: 0 });
  assert.deepEqual(await run(['delcr'], 'x\r\r\n\xff'), { out: 'x\r\n\xff', err: '', code: 0 });
});

test('fixcrio: both ways, and the program’s exit code; its --home is its own', async () => {
  const script = 'tr "\\r\\n" CL; printf "x\\ny\\r\\n$2"; exit 3';
  const expected = { out: 'aCLbCLcx\r\ny\r\n/some', err: '', code: 3 };
  assert.deepEqual(await run(['fixcrio', 'sh', '-c', script, 'sh', '--home', '/some'], 'a\nb\r\nc'), expected);
});

test('recordio: both sides of the conversation → standard error, under the program’s pid', async () => {
  const { out, err, code } = await run(['recordio', 'sh', '-c', 'echo $$; cat >/dev/null; printf end'], 'a\nb');
  const [pid] = out.split('\n');
  assert.equal(out, `${pid}\nend`);
  assert.equal(code, 0);
  const lines = (direction: string) => err.split('\n').filter(line => line.startsWith(`${pid} ${direction} `));
  assert.deepEqual(
    lines('<'),
    ['a ', 'b+', '[EOF]'].map(text => `${pid} < ${text}`),
  );
  assert.deepEqual(
    lines('>'),
    [`${pid} `, 'end+', '[EOF]'].map(text => `${pid} > ${text}`),
  );
});

const failures: [args: string[], code: number, err: RegExp][] = [
  [['recordio'], 100, /^recordio: usage: recordio program/],
  [
    ['fixcrio', '/nowhere/program'],
    111,
    /^fixcrio: fatal: unable to run \/nowhere\/program: no such file or directory\n$/,
  ],
  [['fixcrio', 'sh', '-c', 'kill -9 $$'], 137, /^$/],
];

for (const [args, code, err] of failures) {
  test(`${args.join(' ')} → ${code}`, async () => {
    const called = await run(args, '');
    assert.deepEqual([called.out, called.code], ['', code]);
    assert.match(called.err, err);
  });
}
