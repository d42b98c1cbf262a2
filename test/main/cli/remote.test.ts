// qmail-remote, qmail-tcpto and qmail-tcpok: what they print, byte for byte as notqmail's programs do (remote.md 2).
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../core/lib/clock.ts';
import { openTcpTo } from '../../../core/remote/connections/tcpto.ts';
import type { Run } from '../../../main/cli/command.ts';
import { run as qmailRemote } from '../../../main/cli/remote/qmail-remote.ts';
import { run as qmailTcpok } from '../../../main/cli/remote/qmail-tcpok.ts';
import { run as qmailTcpto } from '../../../main/cli/remote/qmail-tcpto.ts';
import { callCommand } from '../../support/call-command.ts';
import { initHome, waypost } from '../../support/host-process.ts';
import { writeControl } from '../../support/queue-rig.ts';
import { type PeerScript, startPeer } from '../../support/smtp-peer.ts';
import { tempDir } from '../../support/temp-dir.ts';

const call = (run: Run, home: string, args: readonly string[], input = '') => callCommand(run, args, { home, input });

const said = 'Remote host said: ';
const three = ['a@x', 'b@x', 'c@x'];

const dialogues: [what: string, script: PeerScript, recipients: string[], output: string, message?: string][] = [
  [
    'remote.md 1: three recipients, 250, 550, 451',
    { rcpt: ['250 ok', '550 no such user', '451 try later'] },
    three,
    `r\0h127.0.0.1 does not like recipient.\n${said}550 no such user\n\0s127.0.0.1 does not like recipient.\n${said}451 try later\n\0K127.0.0.1 accepted message.\n${said}250 ok queued\n\0`,
  ],
  [
    'remote.md 2: one recipient, 550',
    { rcpt: '550 no such user' },
    ['a@x'],
    `h127.0.0.1 does not like recipient.\n${said}550 no such user\n\0DGiving up on 127.0.0.1.\n\0`,
  ],
  [
    'remote.md 3: a partial last line',
    {},
    ['a@x'],
    'r\0DSMTP cannot transfer messages with partial final lines. (#5.6.2)\n\0',
    'no line end',
  ],
  [
    'all put off',
    { rcpt: ['451 later', '450 soon'] },
    ['a@x', 'b@x'],
    `s127.0.0.1 does not like recipient.\n${said}451 later\n\0s127.0.0.1 does not like recipient.\n${said}450 soon\n\0DGiving up on 127.0.0.1.\n\0`,
  ],
  [
    'greeting of two lines refused',
    { greeting: '554-no\r\n554 really' },
    ['a@x'],
    `ZConnected to 127.0.0.1 but greeting failed.\n${said}554-no\n554 really\n\0`,
  ],
  [
    'name refused',
    { ehlo: '502 no', helo: '550 bad' },
    ['a@x'],
    `ZConnected to 127.0.0.1 but my name was rejected.\n${said}550 bad\n\0`,
  ],
  [
    'sender refused',
    { mail: '553 bad' },
    ['a@x'],
    `DConnected to 127.0.0.1 but sender was rejected.\n${said}553 bad\n\0`,
  ],
  ['DATA put off', { data: '451 bad' }, ['a@x'], `r\0Z127.0.0.1 failed on DATA command.\n${said}451 bad\n\0`],
  ['message refused', { dot: '554 no' }, ['a@x'], `r\0D127.0.0.1 failed after I sent the message.\n${said}554 no\n\0`],
  [
    'gone after the dot',
    { dot: 'drop' },
    ['a@x'],
    'r\0ZConnected to 127.0.0.1 but connection died. Possible duplicate! (#4.4.2)\n\0',
  ],
  ['gone at once', { greeting: 'drop' }, ['a@x'], 'ZConnected to 127.0.0.1 but connection died. (#4.4.2)\n\0'],
];

for (const [what, script, recipients, output, message = 'Subject: t\n\nhi\n'] of dialogues) {
  test(`qmail-remote: ${what} → ${JSON.stringify(output).slice(0, 40)}…`, async t => {
    const home = tempDir(t);
    const { port } = await startPeer(t, script);
    writeControl(home, { smtproutes: `:127.0.0.1:${port}\n` });
    const answer = await call(qmailRemote, home, ['x.example', 's@a', ...recipients], message);
    assert.deepEqual(answer, { code: 0, stdout: output, stderr: '' });
  });
}

const bestIsMe =
  "DSorry. Although I'm listed as a best-preference MX or A for that host,\n" +
  "it isn't in my control/locals file, so I don't treat it as local. (#5.4.6)\n\0";

const failures: [what: string, control: Record<string, string>, args: string[], output: string][] = [
  [
    'remote.md 4: a closed port',
    { smtproutes: ':127.0.0.1:9\n' },
    ['x', 'a@b', 'c@x'],
    "ZSorry, I wasn't able to establish an SMTP connection. (#4.4.1)\n\0",
  ],
  ['remote.md 6: an own address', {}, ['[127.0.0.1]', 'a@b', 'c@x'], bestIsMe],
  ['no recipient', {}, ['x', 'a@b'], 'DI (qmail-remote) was invoked improperly. (#5.3.5)\n\0'],
  ['me is empty', { me: '' }, ['x', 'a@b', 'c@x'], 'ZUnable to read control files. (#4.3.0)\n\0'],
];

for (const [what, control, args, output] of failures) {
  test(`qmail-remote: ${what} → ${JSON.stringify(output).slice(0, 40)}…`, async t => {
    const home = tempDir(t);
    writeControl(home);
    for (const [name, text] of Object.entries(control)) writeFileSync(join(home, 'control', name), text);
    assert.deepEqual(await call(qmailRemote, home, args, 'hi\n'), { code: 0, stdout: output, stderr: '' });
  });
}

test('qmail-remote: no home → temporary', async t => {
  const answer = await call(qmailRemote, join(tempDir(t), 'none'), ['x', 'a@b', 'c@x']);
  assert.equal(answer.stdout, 'ZUnable to switch to home directory. (#4.3.0)\n\0');
});

function lockDir(t: TestContext): { home: string; directory: string } {
  const home = tempDir(t);
  const directory = join(home, 'queue', 'lock');
  mkdirSync(directory, { recursive: true });
  return { home, directory };
}

test('qmail-tcpto, qmail-tcpok: two hosts that timed out → listed, then forgotten', async t => {
  const { home, directory } = lockDir(t);
  let nowMs = Date.now() - 5_000_000;
  const tcpto = openTcpTo(directory, { ...systemClock, nowMs: () => nowMs });
  tcpto.clear();
  tcpto.timedOut('192.0.2.7');
  nowMs += 200_000;
  tcpto.timedOut('192.0.2.7');
  tcpto.timedOut('2001:db8::1');
  const { code, stdout } = await call(qmailTcpto, home, []);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^192\.0\.2\.7 timed out 480[0-9] seconds ago; # recent timeouts: 2\n2001:db8::1 timed out 480[0-9] seconds ago; # recent timeouts: 1\n$/,
  );
  assert.equal((await call(qmailTcpok, home, [])).code, 0);
  assert.deepEqual(await call(qmailTcpto, home, []), { code: 0, stdout: '', stderr: '' });
});

test('qmail-tcpto, qmail-tcpok: no queue → 111 and why', async t => {
  const home = tempDir(t);
  const listed = await call(qmailTcpto, home, []);
  assert.deepEqual([listed.code, listed.stdout], [111, 'fatal: unable to open tcpto: no such file or directory\n']);
  const cleared = await call(qmailTcpok, home, []);
  assert.equal(cleared.code, 111);
  assert.match(cleared.stderr, /^qmail-tcpok: fatal: unable to chdir to .*: no such file or directory\n$/);
});

test('qmail-remote: as a program, the message through a pipe → delivered', async t => {
  const { home } = await initHome(tempDir(t), 'here.example', 'ann');
  const peer = await startPeer(t);
  writeFileSync(join(home, 'control', 'smtproutes'), `:127.0.0.1:${peer.port}\n`);
  const ran = await waypost(['qmail-remote', '--home', home, 'x', 'a@b', 'c@x'], { input: 'Subject: t\n' });
  assert.equal(ran.stdout, `r\0K127.0.0.1 accepted message.\n${said}250 ok queued\n\0`);
  assert.equal(peer.sessions[0]?.wire, 'Subject: t\r\n.\r\n');
});
