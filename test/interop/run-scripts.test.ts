// Debian's daemontools and ucspi-tcp run Waypost by the scripts that were written for qmail: supervise, softlimit, setuidgid,
// multilog, tcpserver -x, rblsmtpd, recordio, qmail-smtpd, qmail-pop3d. For them the home is mounted at /var/qmail.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { parseTcpRules } from '../../core/control/tcp-rules.ts';
import { encodeCdb } from '../../core/lib/disk/cdb-writer.ts';
import { linkPrograms } from '../../main/link-programs.ts';
import { command as script } from '../support/command.ts';
import { waypost } from '../support/host-process.ts';
import { writeRunScripts } from '../support/life-with-qmail.ts';
import { testInOwnNetwork } from '../support/own-network.ts';
import { without } from '../support/programs.ts';
import { clientOn, type RawClient } from '../support/raw-client.ts';
import { initAsRoot, notRoot, type RootHome } from '../support/root-home.ts';
import { until } from '../support/until.ts';

const accounts = { qmaild: 54_361, qmaill: 54_371 };
const slowMs = 60_000;

/** Nothing of it is seen outside: the directories of the system are covered for svscan and what it starts. */
const inItsPlace = `mount --make-rprivate / && mount --bind "$0/etc" /etc && mount -t tmpfs tmpfs /var &&
mkdir /var/qmail /var/log && mount --bind "$1" /var/qmail && mount --bind "$0/log" /var/log &&
mount --bind "$0/bin" /usr/local/bin && exec svscan /var/qmail/supervise`;

/** The machine as the scripts expect it: users, access rules, programs in /usr/local/bin. */
function prepareMachine({ home }: RootHome): string {
  const root = join(dirname(home), 'machine');
  for (const name of ['bin', 'log/qmail']) mkdirSync(join(root, name), { recursive: true });
  execFileSync('cp', ['-a', '/etc', root]);
  const users = Object.entries(accounts).map(
    ([name, uid]) => `${name}:x:${uid}:${accounts.qmaild}::/nonexistent:/bin/false\n`,
  );
  putFirst(join(root, 'etc/passwd'), users.join(''));
  putFirst(join(root, 'etc/group'), `nofiles:x:${accounts.qmaild}:\n`);
  const rules =
    '127.:allow,RELAYCLIENT="",RBLSMTPD=""\n192.0.2.66:allow,RBLSMTPD="-Blocked here"\n:allow,RBLSMTPD=""\n';
  writeFileSync(join(root, 'etc/tcp.smtp.cdb'), encodeCdb(parseTcpRules(rules)));
  chownSync(join(root, 'log/qmail'), accounts.qmaill, accounts.qmaild);
  linkPrograms(home, script);
  for (const name of ['softlimit', 'setuidgid', 'multilog', 'tcpserver', 'rblsmtpd', 'recordio'])
    symlinkSync(`/usr/bin/${name}`, join(root, 'bin', name));
  symlinkSync(join(home, 'bin/checkpassword'), join(root, 'bin/checkpassword'));
  writeRunScripts(home);
  writeFileSync(join(home, 'control/concurrencyincoming'), '20\n');
  return root;
}

/** The first line of a name counts: a machine with qmail installed has users of these names already. */
function putFirst(path: string, lines: string): void {
  writeFileSync(path, lines + readFileSync(path, 'latin1'), 'latin1');
}

/** @returns what ends all of it; to be called while the home is still there */
function superviseAll(t: TestContext, { home }: RootHome, root: string): () => Promise<void> {
  const child = spawn('unshare', ['-m', 'sh', '-c', inItsPlace, root, home], { stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
  return async () => {
    const services = ['qmail-send', 'qmail-smtpd', 'qmail-pop3d'].flatMap(name => [name, `${name}/log`]);
    const ended = once(child, 'exit');
    child.kill();
    await ended;
    execFileSync('/usr/bin/svc', ['-dx', ...services.map(name => join(home, 'supervise', name))]);
    await until('the end of all', () => services.every(name => !isSupervised(join(home, 'supervise', name))), slowMs);
  };
}

function isSupervised(directory: string): boolean {
  try {
    execFileSync('/usr/bin/svok', [directory]);
    return true;
  } catch {
    return false;
  }
}

/** As soon as the port has a listener. */
async function client(port: number, localAddress = '127.0.0.1'): Promise<RawClient> {
  const host = localAddress.startsWith('127') ? '127.0.0.1' : '192.0.2.1';
  return until(
    `port ${port}`,
    async () => {
      const socket = connect({ host, port, localAddress });
      const isOpen = await new Promise(resolve =>
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false)),
      );
      return isOpen ? clientOn(socket, slowMs) : undefined;
    },
    slowMs,
  );
}

/** Says the lines, each after the answer to the last one. @returns the answers */
async function talk(to: RawClient, lines: readonly string[]): Promise<string[]> {
  const answers = [await to.line()];
  for (const line of lines) {
    to.send(`${line}\r\n`);
    answers.push(await to.line());
  }
  return answers;
}

const skip = notRoot || without('supervise') || without('tcpserver');
const textOf = (path: string) => (existsSync(path) ? readFileSync(path, 'latin1') : '');

/** Through every program that the scripts start, and into each of their logs. */
async function mailInAndOut({ maildir }: RootHome, root: string): Promise<void> {
  const log = (name: string) => textOf(join(root, 'log/qmail', name));
  await until('qmail-send', () => log('current').includes('status: local 0/'), slowMs);

  const greeted = await talk(await client(25), [
    'HELO me',
    'MAIL FROM:<a@b.example>',
    'RCPT TO:<joe@h.example>',
    'DATA',
    'Subject: hi\r\n\r\nHello.\r\n.',
    'QUIT',
  ]);
  assert.deepEqual(
    greeted.map(line => line.slice(0, 3)),
    ['220', '250', '250', '250', '354', '250', '221'],
  );
  await until('the delivery', () => log('current').includes('success: did_1+0+0/'), slowMs);
  const [name = ''] = readdirSync(join(maildir, 'new'));
  const arrived = readFileSync(join(maildir, 'new', name), 'latin1');
  assert.match(arrived, /\nReceived: from unknown \(HELO me\) \(127\.0\.0\.1\)\n {2}by h\.example with SMTP;/);

  const relaying = await talk(await client(25, '192.0.2.7'), [
    'MAIL FROM:<a@b.example>',
    'RCPT TO:<x@far.example>',
    'QUIT',
  ]);
  assert.match(relaying[2] ?? '', /^553 /);
  const listed = await talk(await client(25, '192.0.2.66'), [
    'MAIL FROM:<a@b.example>',
    'RCPT TO:<joe@h.example>',
    'QUIT',
  ]);
  assert.equal(listed[2], '553 Blocked here');

  // POP3 leaves what arrived this very second for the next session.
  utimesSync(join(maildir, 'new', name), 1, 1);
  const pop = await talk(await client(110), ['USER joe', 'PASS secret', 'STAT', 'QUIT']);
  assert.match(pop.join('\n'), /^\+OK <.*@h\.example>\n\+OK \n\+OK \n\+OK 1 \d+\n\+OK $/);

  await until('the log of SMTP', () => log('smtpd/current').match(/ end \d+ status 0/g)?.length === 3, slowMs);
  assert.match(log('smtpd/current'), /^@[0-9a-f]{24} tcpserver: status: 0\/20\n/);
  assert.match(log('smtpd/current'), /^@\w+ tcpserver: ok \d+ h\.example:127\.0\.0\.1:25 :127\.0\.0\.1::\d+$/m);
  assert.match(log('smtpd/current'), /^@\w+ rblsmtpd: 192\.0\.2\.66 pid \d+: 553 Blocked here$/m);
  assert.match(log('smtpd/current'), /^@\w+ \d+ < HELO me/m);
  assert.match(log('refused/current'), /^@\w+ \d+ > 553 [^\n]*\n$/);
  await until('the log of POP3', () => /^@\w+ tcpserver: end \d+ status 256$/m.test(log('pop3d/current')), slowMs);
}

testInOwnNetwork(
  import.meta.filename,
  'run scripts of qmail → SMTP in, POP3 out, logs by multilog; refusals apart',
  async t => {
    const home = await initAsRoot(t);
    const root = prepareMachine(home);
    const set = await waypost(['passwd', '--home', home.home, 'joe'], { input: 'secret\n' });
    assert.deepEqual(set, { code: 0, stdout: '', stderr: '' });
    const stop = superviseAll(t, home, root);
    try {
      await mailInAndOut(home, root);
    } finally {
      await stop();
    }
  },
  skip,
);
