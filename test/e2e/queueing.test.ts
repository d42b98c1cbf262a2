// Other users of the machine queue mail: sendmail of a home that is not theirs, through run/queue.sock. The home is a
// person's own, opened to others as docs/security.md says.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { netstring } from '../../core/lib/net/netstring.ts';
import { command as script } from '../support/command.ts';
import { serve, waypost } from '../support/host-process.ts';
import { initAsRoot } from '../support/root-home.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const owner = { uid: 54530, gid: 54530 };
const other = { uid: 54531, gid: 54532 };
const third = { uid: 54534, gid: 54534 };
const notRoot = { skip: process.getuid?.() !== 0 && 'not root' };
const mail = 'Subject: from another\n\nHello.\n';

interface Opened {
  readonly home: string;
  readonly received: () => string[];
}

async function openHome(t: TestContext): Promise<Opened> {
  const dir = tempDir(t);
  chmodSync(dir, 0o755);
  const mailHome = join(dir, 'joe');
  mkdirSync(mailHome);
  for (const path of [dir, mailHome]) chownSync(path, owner.uid, owner.gid);
  const home = join(dir, 'h.example');
  const plan = ['--me', 'h.example', '--user', 'joe', '--mail-home', mailHome];
  const made = await run(process.execPath, [script, 'init', '--home', home, ...plan], {
    as: owner,
    env: { HOME: dir },
  });
  assert.deepEqual(made, { code: 0, stderr: '' });
  openToOthers(home);
  const box = join(mailHome, 'Maildir/new');
  return { home, received: () => readdirSync(box).map(name => readFileSync(join(box, name), 'latin1')) };
}

function openToOthers(home: string): void {
  chmodSync(home, 0o711);
  chmodSync(join(home, 'control'), 0o755);
  for (const name of readdirSync(join(home, 'control'))) chmodSync(join(home, 'control', name), 0o644);
}

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

interface Call {
  readonly as?: { readonly uid: number; readonly gid: number };
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** With nothing in the environment unless said. */
function run(
  program: string,
  args: readonly string[],
  { as = other, input = '', env = {} }: Call = {},
): Promise<Ended> {
  const child = spawn(program, args, { ...as, cwd: '/', env, stdio: ['pipe', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', piece => {
    stderr += piece;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve({ code, stderr }));
  });
}

test(
  'sendmail: another user, with an empty environment, as cron and as PHP call it → queued under the uid of the caller',
  notRoot,
  async t => {
    const { home, received } = await openHome(t);
    const host = await serve(t, home, [], owner);
    const sendmail = join(home, 'bin/sendmail');
    const cron = ['-i', '-FCronDaemon', '-B8BITMIME', '-oem', 'joe@h.example'];
    assert.deepEqual(await run(sendmail, cron, { input: mail }), { code: 0, stderr: '' });
    const php = {
      input: 'To: joe@h.example\nSubject: php\n\nHello.\n',
      env: { PATH: '/usr/bin', USER: 'root', UID: '0' },
      as: third,
    };
    assert.deepEqual(await run(sendmail, ['-t', '-i'], php), { code: 0, stderr: '' });
    const large = `To: joe@h.example\n\n${'x'.repeat(999)}\n`.padEnd(3_000_000, 'y\n');
    assert.deepEqual(await run(sendmail, ['-t'], { input: large }), { code: 0, stderr: '' });
    await until('three messages', () => received().length === 3);
    const by = received().map(text => /invoked by uid \d+/.exec(text)?.[0]);
    assert.deepEqual(by.sort(), [
      `invoked by uid ${other.uid}`,
      `invoked by uid ${other.uid}`,
      `invoked by uid ${third.uid}`,
    ]);
    assert.ok(received().some(text => text.length > 3_000_000));
    assert.match(
      host.log(),
      new RegExp(`info msg \\d+: bytes \\d+ from <anonymous@h\\.example> qp \\d+ uid ${other.uid}`),
    );
    assert.equal(await host.stop(), 0);
    assert.equal(existsSync(join(home, 'run/queue.sock')), false);
  },
);

test(
  'sendmail: another user, no host runs, or the home is closed → a temporary failure that says so',
  notRoot,
  async t => {
    const { home, received } = await openHome(t);
    const sendmail = join(home, 'bin/sendmail');
    const noHost = await run(sendmail, ['joe@h.example'], { input: mail });
    assert.equal(noHost.code, 111);
    assert.match(noHost.stderr, /no mail host is running on .*, and its queue is closed to uid 54531: try again later/);
    assert.equal((await run(join(home, 'bin/qmail-queue'), [], { input: mail })).code !== 0, true);

    chmodSync(home, 0o700);
    const closed = await run(process.execPath, [script, 'sendmail', '--home', home, 'joe@h.example'], { input: mail });
    assert.equal(closed.code, 111);
    assert.match(closed.stderr, /is closed to uid 54531: its owner can open it/);
    assert.deepEqual(received(), []);

    const own = await run(sendmail, ['joe@h.example'], { input: mail, as: owner });
    const byRoot = await waypost(['sendmail', '--home', home, 'joe@h.example'], { input: mail });
    assert.deepEqual([own.code, byRoot.code], [0, 0], 'those who may write the queue need no host');
    const host = await serve(t, home, [], owner);
    await until('both', () => received().length === 2);
    assert.equal(await host.stop(), 0);
  },
);

test('qmail-queue: another user → exit codes of its manual', notRoot, async t => {
  const { home, received } = await openHome(t);
  const host = await serve(t, home, [], owner);
  const envelopePath = join(home, '..', 'envelope');
  const call = (envelope: string) => {
    writeFileSync(envelopePath, envelope);
    return run('/bin/sh', ['-c', 'exec "$0" < /etc/hostname 1< "$1"', join(home, 'bin/qmail-queue'), envelopePath]);
  };
  assert.equal((await call('Fa@b.example\0Tjoe@h.example\0\0')).code, 0);
  assert.equal((await call(`F${'a'.repeat(1100)}\0Tjoe@h.example\0\0`)).code, 11);
  assert.equal((await call('Tjoe@h.example\0\0')).code, 91);
  await until('one', () => received().length === 1);
  assert.match(received()[0] as string, /invoked by uid 54531/);
  assert.equal(await host.stop(), 0);
});

test(
  'queue.sock: a host that is killed in the middle of messages → what was answered is there, of the rest nothing is',
  notRoot,
  async t => {
    const { home, received } = await openHome(t);
    const killed = await serve(t, home, [], owner);
    const sendmail = join(home, 'bin/sendmail');
    assert.equal((await run(sendmail, ['joe@h.example'], { input: mail })).code, 0);
    const sockets = await Promise.all(['small', 'large'].map(() => connected(home)));
    for (const socket of sockets)
      socket.write(Buffer.concat([netstring('F\0Tjoe@h.example\0'), netstring('Subject: half\n\n')]));
    for (let piece = 0; piece < 10; piece++) sockets[1]?.write(netstring(Buffer.alloc(60_000, 'x')));
    const slow = spawn(sendmail, ['joe@h.example'], { ...other, env: {}, stdio: ['pipe', 'ignore', 'pipe'] });
    t.after(() => slow.kill('SIGKILL'));
    slow.stdin.write('Subject: slow\n\n');
    await until('a large one on the disk', () =>
      readdirSync(join(home, 'queue/pid')).some(
        name => (statSync(join(home, 'queue/pid', name), { throwIfNoEntry: false })?.size ?? 0) > 0,
      ),
    );
    await killed.stop('SIGKILL');
    slow.stdin.end('end\n');
    assert.equal(await new Promise(resolve => slow.once('close', resolve)), 111);
    const again = await serve(t, home, [], owner);
    const whole = () => received().filter(text => text.includes('Subject: from another')).length;
    await until('the one that was answered', () => whole() === 1);
    assert.equal((await run(sendmail, ['joe@h.example'], { input: mail })).code, 0, 'an old socket is in nobody’s way');
    await until('the new one', () => whole() === 2);
    assert.equal(received().length, 2);
    assert.equal(await again.stop(), 0);
  },
);

test(
  'queue.sock: one user holds every connection that they get → another one queues all the same',
  notRoot,
  async t => {
    const { home, received } = await openHome(t);
    const host = await serve(t, home, [], owner);
    const crowd = `
    let refused = 0;
    for (let i = 0; i < 80; i++) {
      const socket = require('node:net').connect(process.argv[1]);
      socket.on('error', () => {}).on('data', text => { if (/^\\d+:Z71 too many/.test(text)) console.log(++refused); });
    }
    setInterval(() => {}, 1000);`;
    const args = ['-e', crowd, join(home, 'run/queue.sock')];
    const child = spawn(process.execPath, args, { ...other, env: {}, stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => child.kill('SIGKILL'));
    let said = '';
    child.stdout.on('data', piece => {
      said += piece;
    });
    // Of many at once only some get this reply; the others are closed.
    await until('one for whom there is not even a place in the line', () => said.includes('1\n'));
    assert.deepEqual(await run(join(home, 'bin/sendmail'), ['joe@h.example'], { input: mail, as: third }), {
      code: 0,
      stderr: '',
    });
    await until('the message', () => received().length === 1);
    assert.match(received()[0] as string, /invoked by uid 54534/);
    assert.equal(await host.stop(), 0);
  },
);

function connected(home: string): Promise<Socket> {
  const socket = connect(join(home, 'run/queue.sock'));
  socket.on('error', () => {});
  return new Promise(resolve => socket.once('connect', () => resolve(socket)));
}

test('sendmail: a home that root made → open to every user from the beginning', notRoot, async t => {
  const { home, maildir } = await initAsRoot(t);
  const host = await serve(t, home, []);
  assert.deepEqual(await run(join(home, 'bin/sendmail'), ['joe@h.example'], { input: mail }), { code: 0, stderr: '' });
  const stored = () => readdirSync(join(maildir, 'new'));
  await until('the message', () => stored().length === 1);
  assert.match(readFileSync(join(maildir, 'new', stored()[0] as string), 'latin1'), /invoked by uid 54531/);
  assert.equal(await host.stop(), 0);
});
