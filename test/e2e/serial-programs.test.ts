// serialmail's programs as processes, under sh, as scripts call them: descriptors, exit codes, and mail that arrives.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { linkPrograms } from '../../main/link-programs.ts';
import { command } from '../support/command.ts';
import { homeWithQueue, queuedIn } from '../support/home-with-queue.ts';
import { notRoot } from '../support/root-home.ts';
import { startPeer } from '../support/smtp-peer.ts';
import { startTcpPeer } from '../support/tcp-peer.ts';

interface Desk {
  readonly home: string;
  readonly maildir: string;
  /** Runs a shell script with the programs in PATH; standard output and standard error are byte strings. */
  sh(script: string, env?: Record<string, string>): Promise<{ code: number; stdout: string; stderr: string }>;
  put(name: string, text: string): void;
  left(): string[];
}

function startDesk(t: TestContext): Desk {
  const home = homeWithQueue(t);
  linkPrograms(home, command);
  const maildir = join(home, 'box');
  for (const sub of ['', 'tmp', 'new', 'cur']) mkdirSync(join(maildir, sub));
  return {
    home,
    maildir,
    sh: (script, env = {}) =>
      new Promise(resolve => {
        const PATH = `${home}/bin:${process.env.PATH}`;
        const options = {
          cwd: home,
          env: { ...process.env, PATH, WAYPOST_HOME: home, ...env },
          encoding: 'latin1',
        } as const;
        execFile('sh', ['-c', script], options, (error, stdout, stderr) => {
          resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
        });
      }),
    put(name, text) {
      writeFileSync(join(maildir, name), text);
      utimesSync(join(maildir, name), 1000, 1000 + Number(name.replace(/\D/g, '')) / 10_000);
    },
    left: () => ['new', 'cur'].flatMap(sub => readdirSync(join(maildir, sub)).map(name => `${sub}/${name}`)),
  };
}

const first = 'Return-Path: <Sender>\nDelivered-To: Prefix-Whatever\nThis is a test.\n';
const second = 'Return-Path: <>\nDelivered-To: Prefix-You@Virt.Dom\nThis is a test.\n';

test('serialsmtp, serialqmtp: replies in a file, as in serialmail’s own tests → the results, and what was said', async t => {
  const desk = startDesk(t);
  desk.put('new/10000', first);
  desk.put('new/20000', second);
  const hello = '220 Hi\n250-Silly\n250 PipeLining\n';
  writeFileSync(
    join(desk.home, 'smtp'),
    `${hello}250 ok\n250 ok\n354 go\n451 later\n250 ok\n250 ok\n250 ok\n354 go\n250 thanks\n`,
  );
  writeFileSync(join(desk.home, 'qmtp'), '18:Ztemporary failure,7:Kthanks,');
  const names = "printf 'new/10000\\0new/20000\\0'";
  const env = { TCPREMOTEIP: '1.2.3.4' };

  const smtp = await desk.sh(`cd box; ${names} | serialsmtp Prefix- Host 6<../smtp 7>../said`, env);
  assert.equal(smtp.stderr, '');
  assert.equal(smtp.stdout, 'new/10000\0Z1.2.3.4 said: 451 later\nnew/20000\0K1.2.3.4 said: 250 thanks\n');
  assert.equal(
    readFileSync(join(desk.home, 'said'), 'latin1').replaceAll('\r\n', '|'),
    'EHLO Host|MAIL FROM:<Sender>|RCPT TO:<Whatever>|DATA|This is a test.|.|RSET|MAIL FROM:<>|RCPT TO:<You@Virt.Dom>|DATA|This is a test.|.|QUIT|',
  );
  const qmtp = await desk.sh(`cd box; ${names} | serialqmtp Prefix- 6<../qmtp 7>../said`, env);
  assert.equal(qmtp.stdout, 'new/10000\0Z1.2.3.4 said: temporary failure\nnew/20000\0K1.2.3.4 said: thanks\n');
  assert.match(readFileSync(join(desk.home, 'said'), 'latin1'), /^17:\nThis is a test\.\n,6:Sender,11:8:Whatever,,17:/);
  const deaf = await desk.sh(`cd box; ${names} | serialqmtp Prefix- 7>../said`);
  assert.deepEqual(
    [deaf.code, deaf.stderr],
    [111, 'serialqmtp: fatal: network read error: file descriptor not open\n'],
  );
});

test('serialmail: no arguments → the usage, and 100', async t => {
  const desk = startDesk(t);
  const usages = {
    maildirserial: '[ -b ] [ -t lifetime ] dir prefix client [ arg ... ]',
    maildirsmtp: 'dir prefix host helohost',
    maildirqmtp: 'dir prefix host',
    serialcmd: 'prefix command',
    serialqmtp: 'prefix',
    serialsmtp: 'prefix helohost',
    setlock: '[ -nNxX ] file program [ arg ... ]',
  };
  for (const [program, usage] of Object.entries(usages)) {
    const { code, stderr } = await desk.sh(program);
    assert.deepEqual([code, stderr], [100, `${program}: usage: ${program} ${usage}\n`]);
  }
});

test('maildirserial under tcpclient with serialsmtp → accepted mail is gone, refused mail is returned to sender', async t => {
  const desk = startDesk(t);
  desk.put('new/10000', first);
  desk.put('new/20000', second.replace('<>', '<joe@there.example>'));
  const peer = await startPeer(t, {
    ehlo: '250-peer.example\r\n250 PIPELINING',
    rcpt: ['250 ok', '550 nobody'],
    data: ['354 go', '503 no'],
  });
  const client = `tcpclient -RHl0 -- 127.0.0.1 ${peer.port} serialsmtp Prefix- me.example`;
  const { code, stderr } = await desk.sh(`setlock lock maildirserial -b -t 1209600 -- box Prefix- ${client}`);
  assert.equal(code, 0, stderr);
  assert.equal(
    stderr.replace(/qp \d+/, 'qp N'),
    [
      'maildirserial: info: new/10000 succeeded: 127.0.0.1 said: 250 ok queued',
      'maildirserial: info: new/20000 bounced: 127.0.0.1 said: 550 nobody',
      'maildirserial: info: returned new/20000: qp N',
      '',
    ].join('\n'),
  );
  assert.deepEqual(desk.left(), []);
  assert.deepEqual(
    peer.sessions.map(({ messages }) => messages.map(({ wire }) => wire)),
    [['This is a test.\r\n.\r\n']],
  );
  const [bounce] = queuedIn(desk.home);
  assert.match(bounce?.envelope ?? '', /F\|Tjoe@there\.example\|/);
  assert.match(bounce?.message ?? '', /<You@Virt\.Dom>:\n127\.0\.0\.1 said: 550 nobody\n\n--- Below/);
});

test('maildirserial: no answer → three tries, and nothing is lost', async t => {
  const desk = startDesk(t);
  desk.put('new/10000', first);
  const { code, stderr } = await desk.sh(
    'maildirserial box Prefix- tcpclient -RHl0 -- 127.0.0.1 1 serialsmtp Prefix- me',
  );
  assert.equal(code, 111);
  assert.equal(stderr.match(/unable to connect to 127\.0\.0\.1 port 1: connection refused/g)?.length, 3);
  assert.match(stderr, /fatal: making no progress, giving up\n$/);
  assert.deepEqual(desk.left(), ['new/10000']);
});

test('maildirserial: the Maildir or the client is missing → said, and 111', async t => {
  const desk = startDesk(t);
  desk.put('new/10000', first);
  assert.deepEqual(await desk.sh('maildirserial none Prefix- true'), {
    code: 111,
    stdout: '',
    stderr: 'maildirserial: fatal: unable to chdir to none: file does not exist\n',
  });
  assert.match((await desk.sh('maildirserial box Prefix- /no/such')).stderr, /fatal: unable to run \/no\/such: /);
});

test('maildirsmtp, maildirqmtp: to ports 25 and 209 of a host → sent in one process', {
  skip: notRoot || process.platform !== 'linux',
}, async t => {
  const desk = startDesk(t);
  desk.put('new/10000', first);
  const ip = '127.209.25.1';
  const peer = await startPeer(t, { ehlo: '250-peer.example\r\n250 PIPELINING' }, ip, 25);
  const smtp = await desk.sh(`maildirsmtp box Prefix- ${ip} me.example`);
  assert.deepEqual([smtp.code, desk.left()], [0, []], smtp.stderr);
  assert.deepEqual(peer.sessions[0]?.commands.slice(0, 2), ['EHLO me.example', 'MAIL FROM:<Sender>']);

  desk.put('new/20000', second);
  const qmtp = await startTcpPeer(t, (socket, sent) => void (sent.endsWith(',,') && socket.write('3:Kok,')), ip, 209);
  const sent = await desk.sh(`maildirqmtp box Prefix- ${ip}`);
  assert.deepEqual([sent.code, desk.left()], [0, []], sent.stderr);
  assert.equal(qmtp.received[0], '17:\nThis is a test.\n,0:,16:12:You@Virt.Dom,,');
});

test('serialcmd: a command’s exit code and first line → the result; it finds the whole file, and the envelope', async t => {
  const desk = startDesk(t);
  desk.put('new/10000', first);
  desk.put('new/20000', second);
  const script =
    'case $RECIPIENT in Whatever) cat >&2; echo "got it from $SENDER"; echo more;; *) echo no; exit 100;; esac';
  writeFileSync(join(desk.home, 'command'), script);
  const { code, stdout, stderr } = await desk.sh(
    `cd box; printf 'new/10000\\0new/20000\\0' | serialcmd Prefix- 'sh ../command'`,
  );
  assert.deepEqual([code, stdout], [0, 'new/10000\0Kgot it from Sender\nnew/20000\0Dno\n']);
  assert.equal(stderr, first);
  const later = await desk.sh(`cd box; printf 'new/10000\\0' | serialcmd Prefix- 'exit 3'`);
  assert.equal(later.stdout, 'new/10000\0Z\n');
});

test('setlock: a free file, one that is locked, one that cannot be', async t => {
  // serialmail.md 11
  const desk = startDesk(t);
  writeFileSync(join(desk.home, 'lock'), 'kept\n');
  const table: [script: string, code: number, stdout: string, stderr: string][] = [
    ['setlock lock cat lock', 0, 'kept\n', ''],
    ['setlock lock setlock -n lock echo ok', 111, '', 'setlock: fatal: unable to lock lock: temporary failure\n'],
    ['setlock lock setlock -nx lock echo ok', 0, '', ''],
    ['setlock no/lock echo ok', 111, '', 'setlock: fatal: unable to open no/lock: file does not exist\n'],
    ['setlock -x no/lock echo ok', 0, '', ''],
    ['setlock made sh -c "exit 7"', 7, '', ''],
    ['setlock lock true; setlock -n lock echo ok', 0, 'ok\n', ''],
  ];
  for (const [script, code, stdout, stderr] of table) assert.deepEqual(await desk.sh(script), { code, stdout, stderr });
  assert.ok(existsSync(join(desk.home, 'made')));
});

test('setlock: without -n → it waits until the other program has ended', async t => {
  const desk = startDesk(t);
  const script = 'setlock lock sh -c "echo one >>log; while ! test -e go; do sleep 0.05; done; echo two >>log" & ';
  const { code } = await desk.sh(
    `${script} while ! test -s log; do sleep 0.05; done; (sleep 0.3; : >go) & setlock lock sh -c "echo three >>log"; wait`,
  );
  assert.equal(code, 0);
  assert.equal(readFileSync(join(desk.home, 'log'), 'utf8'), 'one\ntwo\nthree\n');
});
