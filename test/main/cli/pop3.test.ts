// qmail-popup, checkpassword and qmail-pop3d as programs of their own.
import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openPasswd } from '../../../core/pop3/passwd.ts';
import { runPopProgram, somebody } from '../../support/pop3-programs.ts';
import { makeMaildir } from '../../support/pop3-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';

const stamp = /<\d+\.\d+@pop\.example>/;
const shell = (script: string) => ['qmail-popup', 'pop.example', 'sh', '-c', script];

for (const [what, input, answers] of [
  ['commands in any case', 'user joe\r\nnOoP\r\nQUIT\r\n', ['+OK ', '+OK ', '+OK ']],
  [
    'USER and PASS without arguments',
    'USER\r\nUSER joe\r\nPASS\r\n',
    ['-ERR syntax error', '+OK ', '-ERR syntax error'],
  ],
  ['PASS before USER', 'PASS x\r\n', ['-ERR USER first']],
  ['APOP without a digest', 'APOP joe\r\n', ['-ERR syntax error']],
  ['anything else', 'STAT\r\nCAPA\r\n\r\n', Array(3).fill('-ERR authorization first')],
  ['a wrong password', 'USER joe\r\nPASS x\r\nNOOP\r\n', ['+OK ', '-ERR authorization failed']],
] as const) {
  test(`qmail-popup: ${what} → qmail's words, and exit code 1 (smtpd.md section 4)`, async () => {
    const { code, stdout } = await runPopProgram(shell('exit 1'), { input });
    const [greeting = '', ...rest] = stdout.split('\r\n');
    assert.match(greeting, new RegExp(`^\\+OK ${stamp.source}$`));
    assert.deepEqual([rest, code], [[...answers, ''], 1]);
  });
}

test('qmail-popup: PASS, APOP → the program gets name, secret and the stamp of the greeting on fd 3', async t => {
  const path = join(tempDir(t), 'claim');
  for (const [input, claim] of [
    ['USER joe\r\nPASS  two  words \r\n', 'joe\0two  words \0STAMP\0'],
    ['APOP joe 0123456789abcdef\r\n', 'joe\x000123456789abcdef\0STAMP\0'],
  ] as const) {
    const { code, stdout, stderr } = await runPopProgram(shell(`cat <&3 >${path}`), { input });
    assert.deepEqual([code, stderr], [1, '']);
    const [greeted = ''] = stamp.exec(stdout) ?? [];
    assert.equal(readFileSync(path, 'latin1').replace(greeted, 'STAMP'), claim);
    assert.ok(!stdout.includes('-ERR'));
  }
});

test('qmail-popup: the program serves the client → it gets all that was sent after the password', async () => {
  const input = 'USER joe\r\nPASS x\r\nSTAT\r\nQUIT\r\n';
  const { stdout } = await runPopProgram(shell('cat'), { input });
  assert.equal(stdout.replace(stamp, ''), '+OK \r\n+OK \r\nSTAT\r\nQUIT\r\n');
});

for (const [what, program, answer] of [
  ['dies', ['sh', '-c', 'kill -9 $$'], '-ERR aack, child crashed'],
  ['is not there', ['/nonexistent'], '-ERR authorization failed'],
  ['has trouble', ['sh', '-c', 'exit 111'], '-ERR authorization failed'],
] as const) {
  test(`qmail-popup: the program ${what} → ${answer}`, async () => {
    const input = 'USER joe\r\nPASS x\r\n';
    const { code, stdout } = await runPopProgram(['qmail-popup', 'pop.example', ...program], { input });
    assert.deepEqual([stdout.split('\r\n').at(-2), code], [answer, 1]);
  });
}

test('qmail-popup: without a program → -ERR usage', async () => {
  const { code, stdout } = await runPopProgram(['qmail-popup', 'pop.example']);
  assert.deepEqual([stdout, code], ['-ERR usage: popup hostname subprogram\r\n', 1]);
});

/** A home with joe (scrypt) and ann (APOP), whose Maildir belongs to a user. */
async function popHome(t: TestContext): Promise<{ home: string; maildir: string }> {
  const home = tempDir(t);
  chmodSync(home, 0o755);
  const maildir = makeMaildir(join(home, 'joe', 'Maildir'));
  const { uid, gid } = somebody as { uid?: number; gid?: number };
  if (uid !== undefined && gid !== undefined) {
    for (const path of ['..', '.', 'new', 'cur', 'tmp']) chownSync(join(maildir, path), uid, gid);
  }
  const passwd = openPasswd(join(home, 'passwd'));
  await passwd.set({ name: 'joe', uid: undefined, maildir }, 'sesame');
  await passwd.set({ name: 'ann', uid: undefined, maildir }, 'tanstaaf', true);
  return { home, maildir };
}

for (const [what, fd3, program, code] of [
  ['right', 'joe\0sesame\0<1.2@h>\0', ['true'], 0],
  ['right, with more behind it', 'joe\0sesame\0<1.2@h>\0more\0', ['true'], 0],
  ['the password wrong', 'joe\0wrong\0<1.2@h>\0', ['true'], 1],
  ['nobody of that name', 'jim\0sesame\0<1.2@h>\0', ['true'], 1],
  ['an empty name', '\0sesame\0<1.2@h>\0', ['true'], 1],
  ['the third NUL missing', 'u\0p\0', ['true'], 2],
  ['nothing', '', ['true'], 2],
  ['longer than 512 bytes', `joe\0${'x'.repeat(600)}\0<1.2@h>\0`, ['true'], 2],
  ['no program', 'joe\0sesame\0<1.2@h>\0', [], 2],
  ['fd 3 not open', undefined, ['true'], 2],
  ['a program that is not there', 'joe\0sesame\0<1.2@h>\0', ['no-such-program'], 111],
  [
    "the right password of a name for APOP, and the program's own exit code",
    'ann\0tanstaaf\0<1@h>\0',
    ['sh', '-c', 'exit 7'],
    7,
  ],
  ['a digest of another stamp', 'ann\x00c4c9334bac560ecc979e58001b3e22fb\0<1@h>\0', ['true'], 1],
  // RFC 1939, section 7.
  [
    'the digest of the stamp',
    'ann\x00c4c9334bac560ecc979e58001b3e22fb\0<1896.697170952@dbc.mtview.ca.us>\0',
    ['true'],
    0,
  ],
] as const) {
  test(`checkpassword: ${what} → ${code} (smtpd.md 15)`, async t => {
    const { home } = await popHome(t);
    const args = ['checkpassword', ...program];
    const ran = await runPopProgram(args, { env: { WAYPOST_HOME: home }, ...(fd3 !== undefined && { fd3 }) });
    assert.equal(ran.code, code, ran.stderr);
    assert.ok(!ran.stderr.includes('sesame'));
  });
}

test('checkpassword: right → the program runs in the home, as the owner of the Maildir, told who that is', async t => {
  const { home, maildir } = await popHome(t);
  const script = 'pwd; echo "$USER $HOME $SHELL $MAILDIR"; id -u; id -G; cat';
  const ran = await runPopProgram(['checkpassword', 'sh', '-c', script], {
    env: { WAYPOST_HOME: home },
    fd3: 'joe\0sesame\0<1.2@h>\0',
    input: 'all of fd 0',
  });
  const { uid = process.getuid?.(), gid = process.getgroups?.().join(' ') } = somebody as {
    uid?: number;
    gid?: number;
  };
  const directory = dirname(maildir);
  const said = [directory, `joe ${directory} /bin/sh ${maildir}`, String(uid), String(gid), 'all of fd 0'];
  assert.deepEqual(ran.stdout.split('\n'), said);
});

test('qmail-popup, checkpassword, qmail-pop3d: a whole session in one go → as with the service', async t => {
  const { home, maildir } = await popHome(t);
  const asked = ['--home', join(home, 'h'), '--me', 'x.example', '--user', 'ann', '--mail-home', home];
  if (somebody.uid !== undefined) chownSync(home, somebody.uid, somebody.gid);
  const waypost = await runPopProgram(['init', ...asked], somebody);
  assert.equal(waypost.code, 0, waypost.stderr);
  chmodSync(join(home, 'h'), 0o755); // The owner of the Maildir has to get at the program.
  const path = `${join(home, 'h', 'bin')}:${process.env.PATH}`;
  const args = ['qmail-popup', 'pop.example', 'checkpassword', 'qmail-pop3d', 'Maildir'];
  const { stdout, stderr } = await runPopProgram(args, {
    env: { WAYPOST_HOME: home, PATH: path },
    input: 'USER joe\r\nPASS sesame\r\nSTAT\r\nDELE 1\r\nQUIT\r\n',
  });
  assert.equal(stdout.replace(stamp, 'STAMP'), '+OK STAMP\r\n+OK \r\n+OK \r\n+OK 3 80\r\n+OK \r\n+OK \r\n', stderr);
  assert.deepEqual(readdirSync(join(maildir, 'cur')).sort(), ['200.b.host:2,', '300.c.host:2,']);
});

test('qmail-pop3d: every command → smtpd.md 14 and the table of section 4', async t => {
  const { maildir } = await popHome(t);
  const lines = [
    'DELE 1', 'STAT', 'LIST', 'LIST 2', 'UIDL', 'UIDL 3', 'LAST', 'RSET', 'LAST', 'NOOP', 'TOP 2 0', 'RETR 2', 'RETR 3 1',
    'DELE 2', 'DELE 2', 'RETR 2', 'LIST 0', 'LIST 9', 'LIST x', 'CAPA', '', 'QUIT',
  ]; // biome-ignore format: as a script
  const { code, stdout } = await runPopProgram(['qmail-pop3d', maildir], {
    input: `${lines.join('\r\n')}\r\n`,
    ...somebody,
  });
  const answers = [
    '+OK ', '+OK ', '+OK 3 47', '+OK ', '2 22', '3 25', '.', '+OK 2 22', '+OK ', '2 200.b.host', '3 300.c.host', '.',
    '+OK 3 300.c.host', '+OK 1', '+OK ', '+OK 0', '+OK ', '+OK ', 'Subject: two', '', '.', '+OK ', 'Subject: two', '', 'b',
    'c', '.', '+OK ', 'A: 3', '', '1', '.', '+OK ', '-ERR already deleted', '-ERR already deleted',
    '-ERR messages are counted from 1', '-ERR not that many messages', '-ERR syntax error', '-ERR unimplemented',
    '-ERR unimplemented', '+OK ', '',
  ]; // biome-ignore format: as a script
  assert.deepEqual(stdout.split('\r\n'), answers);
  assert.equal(code, 0);
  assert.deepEqual(readdirSync(join(maildir, 'cur')).sort(), ['100.a.host:2,S', '300.c.host:2,']);
});

test('qmail-pop3d: input ends without QUIT → nothing has changed, exit code 0', async t => {
  const { maildir } = await popHome(t);
  const { code } = await runPopProgram(['qmail-pop3d', maildir], { input: 'DELE 1\r\nDELE 2\r\n', ...somebody });
  assert.equal(code, 0);
  assert.deepEqual(readdirSync(join(maildir, 'new')).sort(), ['200.b.host', '300.c.host']);
});

for (const [what, args, answer] of [
  ['no argument', [], '-ERR this user has no $HOME/Maildir\r\n'],
  ['no such directory', ['/nonexistent/Maildir'], '-ERR this user has no $HOME/Maildir\r\n'],
  ['a directory that is no Maildir', ['/usr'], '-ERR unable to scan $HOME/Maildir\r\n'],
] as const) {
  test(`qmail-pop3d: ${what} → ${answer.trim()}`, async () => {
    const { code, stdout } = await runPopProgram(['qmail-pop3d', ...args], somebody);
    assert.deepEqual([code, stdout], [0, answer]);
  });
}

test('qmail-pop3d: as root → refused', { skip: process.getuid?.() !== 0 }, async t => {
  mkdirSync(join(tempDir(t), 'Maildir'));
  const { code, stdout, stderr } = await runPopProgram(['qmail-pop3d', 'Maildir']);
  assert.deepEqual([code, stdout, stderr], [1, '', 'qmail-pop3d invoked as uid 0, terminating\n']);
});
