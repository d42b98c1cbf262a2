// notqmail's own qmail-send and qmail-clean on a queue whose Waypost host was killed, and Waypost again after them. Deliveries
// are the test's: it speaks the protocol of qmail-lspawn and qmail-rspawn.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { queueLayout } from '../../core/queue/files/layout.ts';
import { messageText, sendByQmailQueue, sendBySmtp } from '../crash/senders.ts';
import { initHome, person, serve, waypost } from '../support/host-process.ts';
import { withoutNotqmail } from '../support/notqmail.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const skip = withoutNotqmail('qmail-send') || withoutNotqmail('qmail-clean');
const sender = 'ann@here.example';
const far = 'bob@far.example';
/** Delivered by a program that ends when the test says so. */
const slow = 'ann-slow@here.example';

/** Starts one of notqmail's programs on the home, as the person whose home it is. */
function start(home: string, program: string, stdio: ('pipe' | number)[]): ChildProcess {
  const mounts = 'for dir in control queue; do mount --bind "$0/$dir" "/var/qmail/$dir" || exit 99; done';
  const as = `setpriv --reuid ${person.uid ?? 0} --regid ${person.gid ?? 0} --clear-groups`;
  return spawn('unshare', ['-m', 'sh', '-c', `${mounts}; exec ${as} "/var/qmail/bin/$1"`, home, program], { stdio });
}

interface QmailSend {
  /** `local ann@here.example` and the text of each delivery that succeeded. */
  readonly delivered: [who: string, text: string][];
  log(): string;
  /** Has everything tried now, until the log holds so many lines of this kind. */
  until(pattern: RegExp, times: number): Promise<unknown>;
  stop(): Promise<void>;
}

/** Runs qmail-send; a recipient without an outcome of its own is delivered to. */
function startQmailSend(t: TestContext, home: string, outcomes: Readonly<Record<string, string>> = {}): QmailSend {
  const logPath = join(home, 'qmail-send.log');
  writeFileSync(logPath, '');
  const delivered: [string, string][] = [];
  const send = start(home, 'qmail-send', [openSync(logPath, 'a'), 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe']);
  const clean = start(home, 'qmail-clean', ['pipe', 'pipe', openSync(logPath, 'a')]);
  t.after(() => [send, clean].map(child => child.kill('SIGKILL')));
  const [, toLocal, fromLocal, toRemote, fromRemote, toClean, fromClean] = send.stdio as unknown as Duplex[];
  toClean?.pipe(clean.stdin as NonNullable<typeof clean.stdin>);
  clean.stdout?.pipe(fromClean as Duplex);
  for (const stream of [...send.stdio, ...clean.stdio]) stream?.on('error', () => undefined);
  spawner('local', toLocal as Duplex, fromLocal as Duplex);
  spawner('remote', toRemote as Duplex, fromRemote as Duplex);

  function spawner(channel: string, orders: Duplex, reports: Duplex): void {
    let unread = Buffer.alloc(0);
    reports.write(Buffer.from([20]));
    orders.on('data', (piece: Buffer) => {
      unread = Buffer.concat([unread, piece]);
      for (;;) {
        const [file, , recipient] = unread.subarray(1).toString('latin1').split('\0');
        const ends = unread.indexOf(0, unread.indexOf(0, unread.indexOf(0, 1) + 1) + 1);
        if (unread.length < 4 || file === undefined || recipient === undefined || ends < 0) return;
        const outcome = outcomes[recipient] ?? 'Kok\n';
        const path = join(home, 'queue', 'mess', file);
        if (outcome.startsWith('K')) delivered.push([`${channel} ${recipient}`, readFileSync(path, 'latin1')]);
        reports.write(Buffer.concat([unread.subarray(0, 1), Buffer.from(`${outcome}\0`)]));
        unread = unread.subarray(ends + 1);
      }
    });
  }

  const log = () => readFileSync(logPath, 'latin1');
  return {
    delivered,
    log,
    until: (pattern, times) =>
      until(
        `${times} lines of ${pattern}`,
        () => {
          const isThere = (log().match(pattern)?.length ?? 0) >= times;
          if (!isThere && log().includes('status:')) send.kill('SIGALRM');
          return isThere;
        },
        30_000,
      ),
    async stop() {
      const ended = once(send, 'exit');
      send.kill('SIGTERM');
      await ended;
      clean.kill('SIGKILL');
      for (const stream of send.stdio) stream?.destroy();
    },
  };
}

const subjectsOf = (list: readonly [string, string][]) =>
  list.map(([who, text]) => `${who}: ${/^Subject: (.*)$/m.exec(text)?.[1]}`).sort();

/** A host that knows five messages in five ways when it is killed. */
async function killedHost(t: TestContext) {
  const port = 9; // Discard: refuses, so far.example is deferred.
  const world = await initHome(tempDir(t), 'here.example', 'ann', {
    rcpthosts: 'here.example\nfar.example\n',
    smtproutes: `far.example:127.0.0.1:${port}\n`,
  });
  const busy = join(world.mailHome, 'busy');
  writeFileSync(busy, '');
  writeFileSync(join(world.mailHome, '.qmail-slow'), '|while test -e busy; do sleep 0.05; done\n./Maildir/\n');
  const host = await serve(t, world.home, ['--smtp', '127.0.0.1:0']);
  const smtp = (recipients: string[], label: string, bytes = 100) =>
    sendBySmtp(host.ready.smtp?.port ?? 0, { sender, recipients }, messageText(label, bytes));
  assert.equal(await smtp([far], 'settled'), 250);
  assert.equal(await smtp([far, sender], 'partly'), 250);
  assert.equal(await smtp([far], 'large', 200_000), 250);
  assert.equal(await sendByQmailQueue(world.home, { sender, recipients: [far] }, messageText('by program')), 0);
  await until('four deferrals', () => (host.log().match(/deferral/g) ?? []).length >= 4);
  assert.equal(await smtp([slow], 'fresh'), 250);
  await until('the last one to be tried', () => host.log().includes(`to local ${slow}`));
  await host.stop('SIGKILL');
  rmSync(busy);
  return world;
}

test('a killed host, then qmail-send, then Waypost → qmail delivers what it finds, Waypost the rest, nothing twice, no alert', {
  skip,
}, async t => {
  const { home } = await killedHost(t);
  assert.match((await waypost(['qmail-qstat', '--home', home])).stdout, /^messages in queue: 5\n/);
  const qmail = startQmailSend(t, home);
  const found = ['by program', 'large', 'partly', 'settled'].map(label => `remote ${far}: ${label}`);
  await qmail.until(/^end msg/gm, 4);
  await qmail.stop();
  assert.deepEqual(subjectsOf(qmail.delivered), found);
  const qread = (await waypost(['qmail-qread', '--home', home])).stdout;
  assert.equal((qread.match(/#\d+/g) ?? []).length, 1, qread);
  assert.match(qread, new RegExp(`local\t${slow}`));

  const host = await serve(t, home, []);
  await until('the fresh one to be delivered', () => /success/.test(host.log()));
  assert.equal(await host.stop(), 0);
  assert.doesNotMatch(host.log(), /alert/);
  assert.equal((host.log().match(/finished by another queue manager/g) ?? []).length, 4, host.log());
  assert.equal((host.log().match(/starting delivery/g) ?? []).length, 1, host.log());
  assert.match((await waypost(['qmail-qstat', '--home', home])).stdout, /^messages in queue: 0\n/);
});

test('a killed host, waypost queue settle, then qmail-send → qmail delivers all; nothing is left for Waypost', {
  skip,
}, async t => {
  const { home } = await killedHost(t);
  const settled = await waypost(['queue', 'settle', '--home', home]);
  assert.deepEqual(
    [settled.code, settled.stdout],
    [0, "Settled. The queue is in qmail's files, messages: 5. qmail can take it over.\n"],
  );
  const qmail = startQmailSend(t, home);
  await qmail.until(/^end msg/gm, 5);
  const refused = await waypost(['queue', 'settle', '--home', home]);
  assert.deepEqual([refused.code, /A mail host runs on/.test(refused.stderr)], [1, true]);
  await qmail.stop();
  assert.equal(qmail.delivered.length, 5);
  assert.equal(qmail.delivered.filter(([who]) => who === `local ${slow}`).length, 1);
  const host = await serve(t, home, []);
  assert.equal(await host.stop(), 0);
  assert.doesNotMatch(host.log(), /alert|another queue manager|starting delivery/);
});

test('a killed host, qmail-send that defers and fails some, then Waypost → continues with what qmail has left', {
  skip,
}, async t => {
  const { home } = await killedHost(t);
  const qmail = startQmailSend(t, home, { [far]: 'Zbusy\n' });
  await qmail.until(/deferral/g, 4);
  await qmail.stop();
  const host = await serve(t, home, []);
  host.child.kill('SIGALRM');
  await until('all to be tried again', () => (host.log().match(/starting delivery/g) ?? []).length >= 5);
  assert.equal(await host.stop(), 0);
  assert.doesNotMatch(host.log(), /alert|another queue manager/);
  const layout = queueLayout(home);
  assert.equal((await waypost(['qmail-qread', '--home', home])).stdout.match(/remote\tbob/g)?.length, 4);
  assert.ok(existsSync(layout.root));
});
