// The root process with a host and a process of the owner that are not ours.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { initAsRoot, notRoot } from '../../support/root-home.ts';

const core = (name: string) => JSON.stringify(join(import.meta.dirname, '../../../core', name));

/** A host that starts the reader, and ends with 7 when it learns that the reader has ended. */
const startsReader = `
import { channelToParent } from ${core('privsep/channel.ts')};
import { connectToRootProcess } from ${core('privsep/root-process-client.ts')};
const reader = await connectToRootProcess(channelToParent({ words: 3, sockets: 4 })).start('owner');
await reader.ended;
process.exit(7);
`;

const frames = `
import { writeSync } from 'node:fs';
function say(fd, text) {
  const words = Buffer.from(text);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(words.length, 0);
  writeSync(fd, Buffer.concat([head, words]));
}
`;

function saysOn(fd: number, words: string): string {
  return `${frames} say(${fd}, ${JSON.stringify(words)}); setInterval(() => {}, 1e6);`;
}

/** Asks over and over again. */
const asksOnly = `${frames} for (let call = 1; ; call++) say(3, JSON.stringify({ kind: 'offersApop', call }));`;

/** Asks for the reader with a connection instead of one end of a pair. */
const givesTcp = `${frames}
import { createServer, connect } from 'node:net';
import { sendDescriptor } from ${core('lib/net/pass-descriptor.ts')};
const server = createServer(() => {}).listen(0, '127.0.0.1', () => {
  const client = connect(server.address().port, '127.0.0.1', () => {
    sendDescriptor(4, client._handle.fd);
    say(3, JSON.stringify({ kind: 'start', call: 1, role: 'owner' }));
  });
});
`;

/** Never stops. */
function endlessOn(fd: number): string {
  return `
import { writeSync } from 'node:fs';
for (const piece = 'x'.repeat(65_536); ; ) writeSync(${fd}, piece);
`;
}

interface Ended {
  readonly code: number;
  readonly stderr: string;
  /** By how much it was larger at its largest than at its start. */
  readonly grewMb: number;
}

async function runRootProcess(t: TestContext, scripts: { host?: string; reader?: string }): Promise<Ended> {
  const { home } = await initAsRoot(t);
  const of = (script: string) => ({
    file: process.execPath,
    args: ['--input-type=module', '-e', script],
    env: {},
  });
  const host = of(scripts.host ?? startsReader);
  const options = {
    home,
    command: [host.file, ...host.args],
    environment: {},
    bound: {},
    asUserPath: '/nonexistent',
    programs: [],
    pop3dCommand: ['/nonexistent'],
  };
  const script = `
import { usersOfHome } from ${core('privsep/home-users.ts')};
import { runRootProcess } from ${core('privsep/root-process.ts')};
const log = line => process.stderr.write(line + '\\n');
const commandOf = () => (${JSON.stringify(of(scripts.reader ?? ''))});
const mb = () => process.resourceUsage().maxRSS / 1024;
const before = mb();
const code = await runRootProcess({ ...${JSON.stringify(options)}, checkpassword: undefined, users: usersOfHome(${JSON.stringify(home)}), commandOf, log });
console.log(mb() - before);
process.exit(code);
`;
  return new Promise(resolve => {
    const child = execFile(process.execPath, ['--input-type=module', '-e', script], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stderr, grewMb: Number(stdout) }),
    );
    t.after(() => child.kill('SIGKILL'));
  });
}

const readerFd = 4;
const hostFd = 3;
/** Far more than what it needs, and less than what it may not keep. */
const mostMb = 100;

for (const [what, reader] of [
  ['words that are no JSON', saysOn(readerFd, '{bad')],
  ['what only the host may ask', saysOn(readerFd, '{"kind":"offersApop","call":1}')],
  ['what has no end', endlessOn(readerFd)],
] as const) {
  test(`root process: the reader says ${what} → the reader is ended, and the host continues`, {
    skip: notRoot,
  }, async t => {
    const { code, stderr, grewMb } = await runRootProcess(t, { reader });
    assert.match(stderr, /^alert: the process that reads mail sent a request that it never sends/);
    assert.equal(code, 7, stderr);
    assert.ok(grewMb < mostMb, `it grew by ${grewMb} MB`);
  });
}

for (const [what, host] of [
  ['says what has no end', endlessOn(hostFd)],
  ['says a frame that is longer than any request', `${frames} say(3, '"' + 'x'.repeat(2_000_000) + '"');`],
  ['never reads the answers', asksOnly],
  ['says what looks like lines of a log', saysOn(hostFd, JSON.stringify({ kind: '\u001b[2J\nalert: all is well\n' }))],
  ['gives a socket that leads to others', givesTcp],
] as const) {
  test(`root process: the host ${what} → it is ended, and the parent has not grown`, { skip: notRoot }, async t => {
    const { code, stderr, grewMb } = await runRootProcess(t, { host });
    assert.match(
      stderr,
      /^alert: the host sent a request that no host sends[^\n]*\nalert: the host was ended by SIGKILL\n$/,
    );
    assert.equal(code, 111);
    assert.ok(grewMb < mostMb, `it grew by ${grewMb} MB`);
  });
}

test('root process: what the host starts with → nothing to read from root’s terminal, no directory of root’s', {
  skip: notRoot,
}, async t => {
  const host = `
import { readlinkSync } from 'node:fs';
process.stderr.write(['/proc/self/cwd', '/proc/self/fd/0'].map(path => readlinkSync(path)).join(' ') + '\\n');
`;
  const { code, stderr } = await runRootProcess(t, { host });
  assert.deepEqual([code, stderr], [0, '/ /dev/null\n']);
});
