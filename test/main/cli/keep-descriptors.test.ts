// Descriptors that a run script opens for the last program of a chain reach it through Waypost's programs, as through qmail's.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { command } from '../../support/command.ts';
import { tempDir } from '../../support/temp-dir.ts';

const skip = process.platform !== 'linux' && 'only Linux tells which descriptors there are';

/** Its program writes a word to fd 7, and another to its standard error. */
const script = 'echo seven >&7; echo $TCPREMOTEIP >&2; exit 3';

const chains: readonly (readonly [args: readonly string[], input: string])[] = [
  [['qmail-popup', 'here.example', 'sh', '-c', script], 'USER joe\r\nPASS secret\r\n'],
  [['qmail-popup', 'here.example', 'sh', '-c', 'cat <&3 >&7; exit 1'], 'USER joe\r\nPASS secret\r\n'],
  [['recordio', 'sh', '-c', script], ''],
  [['rblsmtpd', 'sh', '-c', script], ''],
  [['fixcrio', 'recordio', 'sh', '-c', script], ''],
];

for (const [args, input] of chains) {
  test(`${args.join(' ')}: fd 7 is a file, or one that is open already → the program has it`, { skip }, async t => {
    const path = join(tempDir(t), 'seven');
    const fd = openSync(path, 'w');
    const child = spawn(process.execPath, [command, ...args], {
      stdio: ['pipe', 'pipe', 'pipe', 'ignore', 'ignore', 'ignore', 'ignore', fd],
      env: { ...process.env, RBLSMTPD: '' },
    });
    closeSync(fd);
    child.stdin?.end(input);
    await once(child, 'close');
    assert.match(readFileSync(path, 'latin1'), /^(?:seven\n|joe\0secret\0<.*>\0)$/);
  });
}

test('tcpserver, qmail-popup: 7>&1 of a pipe → the logging wrapper after them writes to it', { skip }, async t => {
  const wrapper = 'read -r -d "" name <&3; echo "login of $name from $TCPREMOTEIP" >&7; exit 1';
  const chain = `exec "$0" "$1" tcpserver -1HRl0 127.0.0.1 0 "$0" "$1" qmail-popup here.example bash -c '${wrapper}' 7>&2`;
  const child = spawn('sh', ['-c', chain, process.execPath, command], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  const logged = text(child.stderr);
  const [port] = await once(child.stdout, 'data');
  const client = connect(Number(port), '127.0.0.1');
  client.end('USER joe\r\nPASS secret\r\n');
  assert.match(await text(client), /authorization failed/);
  child.kill();
  assert.equal(await logged, 'login of joe from 127.0.0.1\n');
});

test('tcp-env: a connection on fd 0 → its ends in the environment', { skip }, async t => {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const client = connect(port, '127.0.0.1');
  const [socket] = await once(server, 'connection');
  const said =
    'read -r word; echo "$word $PROTO $TCPREMOTEIP $TCPREMOTEPORT $TCPLOCALIP $TCPLOCALPORT $(env | grep -c TCPREMOTEINFO=)"';
  const child = spawn(process.execPath, [command, 'tcp-env', '-R', 'sh', '-c', said], {
    stdio: [socket, 'pipe', 'inherit'],
  });
  socket.destroy();
  client.write('hello\n');
  const from = client.localPort;
  assert.equal(await text(child.stdout as NodeJS.ReadableStream), `hello TCP 127.0.0.1 ${from} 127.0.0.1 ${port} 0\n`);
  client.destroy();
});

test('tcp-env: fd 0 is not a connection, wrong options → 111 or 100, and no program runs', async () => {
  for (const [args, code, said] of [
    [['-R', 'echo', 'in'], 111, 'tcp-env: fatal: standard input is no TCP connection\n'],
    [['-x', 'echo', 'in'], 100, 'tcp-env: usage: tcp-env [ -rR ] [ -t timeout ] program [ arg ... ]\n'],
    [[], 100, 'tcp-env: usage: tcp-env [ -rR ] [ -t timeout ] program [ arg ... ]\n'],
  ] as const) {
    const child = spawn(process.execPath, [command, 'tcp-env', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, err, [ended]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    assert.deepEqual([out, err, ended], ['', said, code]);
  }
});

test('root’s host: a descriptor that its shell had open, of any number → no program that it starts gets it', {
  skip,
}, async t => {
  const fd = openSync(join(tempDir(t), 'secret'), 'w');
  const module = join(import.meta.dirname, '../../../main/cli/keep-descriptors.ts');
  const programs = `import { execFileSync } from 'node:child_process'; import { withholdDescriptors } from '${module}';
    const isOpen = () => execFileSync('sh', ['-c', 'test -e /proc/self/fd/30 && echo open || echo closed'], { encoding: 'utf8' });
    process.stdout.write(isOpen()); await withholdDescriptors(); process.stdout.write(isOpen());`;
  const stdio = [...Array.from({ length: 30 }, (_, at) => (at === 1 ? ('pipe' as const) : ('ignore' as const))), fd];
  const child = spawn(process.execPath, ['--input-type=module', '-e', programs], { stdio });
  closeSync(fd);
  // Where Node itself sees to it already, there is nothing to withhold.
  assert.match(await text(child.stdout as NodeJS.ReadableStream), /^(?:open|closed)\nclosed\n$/);
});
