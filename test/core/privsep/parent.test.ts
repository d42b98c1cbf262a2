// Root's parent with a host and a reader that are not ours.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { initAsRoot, notRoot } from '../../support/root-home.ts';

/** A host that has the reader started, and ends with 7 when it hears that the reader has ended. */
const host = `
const net = require('node:net');
const server = net.createServer(() => {}).listen(0, '127.0.0.1', () => {
  const socket = net.connect(server.address().port, '127.0.0.1', () =>
    process.send({ kind: 'start', call: 1, role: 'reader' }, socket));
});
process.on('message', ({ kind, reason }) => {
  if (kind === 'trouble') throw new Error(reason);
  if (kind === 'ended') process.exit(7);
});
`;

async function runParent(t: TestContext, reader: string): Promise<{ code: number; stderr: string }> {
  const { home } = await initAsRoot(t);
  const of = (script: string) => ({ file: process.execPath, args: ['-e', script], env: {} });
  const options = {
    home,
    command: [process.execPath, '-e', host],
    environment: {},
    bound: {},
    asUserPath: '/nonexistent',
    programs: [],
    pop3dCommand: ['/nonexistent'],
  };
  const script = `
import { runParent } from ${JSON.stringify(join(import.meta.dirname, '../../../core/privsep/parent.ts'))};
const log = line => process.stderr.write(line + '\\n');
const commandOf = () => (${JSON.stringify(of(reader))});
process.exit(await runParent({ ...${JSON.stringify(options)}, checkpassword: undefined, commandOf, log }));
`;
  return new Promise(resolve => {
    const child = execFile(process.execPath, ['--input-type=module', '-e', script], (error, _out, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stderr }),
    );
    t.after(() => child.kill('SIGKILL'));
  });
}

for (const [what, script] of [
  ['a line that is no JSON', String.raw`require('node:fs').writeSync(4, '{bad\n')`],
  ['what only the host may ask', String.raw`require('node:fs').writeSync(4, '{"kind":"offersApop","call":1}\n')`],
] as const) {
  test(`parent: the reader says ${what} → the reader is ended, and the host goes on`, { skip: notRoot }, async t => {
    const { code, stderr } = await runParent(t, `${script}; setInterval(() => {}, 1e6);`);
    assert.match(stderr, /^alert: the reader of mail asked for what no reader asks for/);
    assert.equal(code, 7, stderr);
  });
}
