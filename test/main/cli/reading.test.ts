// Programs for reading and sending mail at a terminal: maildirwatch, elq, pinq, qail, mailsubj, datemail.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { command } from '../../support/command.ts';
import { tempDir } from '../../support/temp-dir.ts';

function maildirWith(t: TestContext, text: string) {
  const dir = tempDir(t);
  const maildir = join(dir, 'Maildir');
  for (const part of ['', 'tmp', 'new', 'cur']) mkdirSync(join(maildir, part));
  writeFileSync(join(maildir, 'new/1.a'), text, 'latin1');
  utimesSync(join(maildir, 'new/1.a'), 1_000_000_000, 1_000_000_000);
  return { dir, maildir, env: { MAILDIR: maildir, MAIL: join(dir, 'mbox'), MAILTMP: join(dir, 'mbox.tmp') } };
}

const clear = '\x1b[;H\x1b[;J';
const head = 'Return-Path: <s\xf6@h>\nDelivered-To: joe@h\nFrom: S\tO <s@h>\nSubject: hi\n';
const screens: [what: string, text: string, shown: string][] = [
  [
    'a message',
    `${head}\nHello,\nJoe.\n`,
    'FROM <s?@h> TO <joe@h>\n\x1b[1mFrom: S/O <s@h>\x1b[0m\nhi//Hello,/Joe./\n\n',
  ],
  ['a long one', `Subject: x\n\n${'y'.repeat(200)}\n`, `FROM ? TO <?>\nx//${'y'.repeat(155)}\n\n`],
  ['no header', 'Hello.\n', 'FROM ? TO <?>\n/Hello./\n\n'],
];
for (const [what, text, shown] of screens) {
  test(`maildirwatch: ${what} → a screen`, async t => {
    const child = spawn(process.execPath, [command, 'maildirwatch'], { env: maildirWith(t, text).env });
    t.after(() => child.kill('SIGKILL'));
    let seen = '';
    for await (const piece of child.stdout.setEncoding('latin1')) {
      seen += piece;
      if (seen.length >= clear.length + shown.length) break;
    }
    assert.equal(seen, clear + shown);
  });
}

test('maildirwatch: no Maildir → 111', () => {
  const { status, stderr } = spawnSync(process.execPath, [command, 'maildirwatch'], {
    env: { MAILDIR: '/nowhere' },
    encoding: 'utf8',
  });
  assert.deepEqual(
    [status, stderr],
    [111, 'maildirwatch: fatal: unable to chdir to /nowhere: no such file or directory\n'],
  );
});

for (const [name, reader] of [
  ['elq', 'elm'],
  ['pinq', 'pine'],
  ['qail', 'Mail'],
] as const) {
  test(`${name}: mail in the Maildir → moved into the mbox, then ${reader} runs with the arguments`, t => {
    const { dir, env } = maildirWith(t, 'A: b\n\n');
    writeFileSync(join(dir, reader), '#!/bin/sh\necho "$# $2"; cat "$MAIL"; exit 7\n', { mode: 0o755 });
    const run = (more: Record<string, string>) =>
      spawnSync(process.execPath, [command, name, '-f', 'two words'], {
        env: { ...env, PATH: `${dir}:${process.env.PATH}`, ...more },
        encoding: 'utf8',
      });
    const { status, stdout } = run({});
    assert.deepEqual([status, stdout], [7, '2 two words\nFrom XXX Sun Sep 09 01:46:40 2001\nA: b\n\n\n']);
    assert.equal(run({ MAILDIR: '/nowhere' }).status, 111);
    const missing = run({ PATH: '/nowhere' });
    assert.deepEqual(
      [missing.status, missing.stderr],
      [127, `${name}: fatal: unable to run ${reader}: no such file or directory\n`],
    );
  });
}

/** A home whose QMAILQUEUE keeps what it gets. */
function sending(t: TestContext, args: readonly string[], input: string) {
  const dir = tempDir(t);
  mkdirSync(join(dir, 'control'));
  writeFileSync(join(dir, 'control/me'), 'h.example\n');
  writeFileSync(join(dir, 'queue'), `#!/bin/sh\ncat > ${dir}/queued; cat <&1 > ${dir}/envelope\n`, { mode: 0o755 });
  const env = {
    PATH: process.env.PATH,
    WAYPOST_HOME: dir,
    QMAILQUEUE: join(dir, 'queue'),
    USER: 'joe',
    TZ: 'Europe/Berlin',
  };
  const { status, stderr } = spawnSync(process.execPath, [command, ...args], { env, input, encoding: 'utf8' });
  return { status, stderr, read: (name: string) => readFileSync(join(dir, name), 'latin1') };
}

test('mailsubj: a subject and recipients → a whole message to them', t => {
  const { status, read } = sending(t, ['mailsubj', 'The  subject', 'ann', 'bob@b.example'], 'Hello.\n');
  assert.equal(status, 0);
  assert.equal(read('envelope'), 'Fjoe@h.example\0Tbob@b.example\0Tann@h.example\0\0');
  assert.match(read('queued'), /^Subject: The {2}subject\nTo: ann@h\.example, bob@b\.example\n\nHello\.\n$/m);
});

test('mailsubj: a line end in the subject → no field of the header', t => {
  const { status, read } = sending(t, ['mailsubj', 'Hi\r\nBcc: x@y.example', 'ann'], 'Hello.\n');
  assert.equal(status, 0);
  assert.match(read('queued'), /^Subject: Hi {2}Bcc: x@y\.example\nTo: ann@h\.example\n\n/m);
  assert.equal(read('envelope'), 'Fjoe@h.example\0Tann@h.example\0\0');
});

test('mailsubj: no subject → 100', t => {
  const { status, stderr } = sending(t, ['mailsubj'], '');
  assert.deepEqual([status, stderr], [100, 'mailsubj: usage: mailsubj subject recip ...\n']);
});

test("datemail: sendmail's arguments → sent with a Date of local time", t => {
  const { status, read } = sending(t, ['datemail', '-f', 's@x.example', 'ann'], 'Subject: hi\n\nHello.\n');
  assert.equal(status, 0);
  assert.equal(read('envelope'), 'Fs@x.example\0Tann@h.example\0\0');
  const date = /^Date: (\d{1,2} \w{3} \d{4} [\d:]{8} \+0[12]00)$/m.exec(read('queued'))?.[1] ?? '';
  assert.ok(Math.abs(Date.parse(date) - Date.now()) < 60_000, read('queued'));
});

test('qail: an interrupt from the terminal while the reader runs → for the reader alone', async t => {
  const { dir, env } = maildirWith(t, 'A: b\n\n');
  writeFileSync(join(dir, 'Mail'), '#!/bin/sh\ntrap "echo noticed; exit 3" INT\necho ready\nread x\nexit 4\n', {
    mode: 0o755,
  });
  const child = spawn(process.execPath, [command, 'qail'], {
    env: { ...env, PATH: `${dir}:${process.env.PATH}` },
    detached: true,
  });
  const ended = new Promise(resolve => child.once('exit', (code, signal) => resolve(code ?? signal)));
  let seen = '';
  for await (const piece of child.stdout.setEncoding('latin1')) {
    seen += piece;
    // The whole group, as a terminal does it.
    if (seen === 'ready\n') process.kill(-(child.pid ?? 0), 'SIGINT');
  }
  assert.deepEqual([seen, await ended], ['ready\nnoticed\n', 3]);
});
