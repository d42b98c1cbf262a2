// A real host, seen from outside: what .qmail lines do, what is returned, and what happens to bad input.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { giveToOwner, initHome, type RunningHost, serve, type TestHome, waypost } from '../support/host-process.ts';
import { sendLoad } from '../support/smtp-load.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

interface Running extends TestHome {
  readonly host: RunningHost;
  readonly port: number;
}

async function start(t: TestContext, rules: Readonly<Record<string, string>> = {}): Promise<Running> {
  const made = await initHome(tempDir(t), 'here.example', 'alice');
  for (const [name, text] of Object.entries(rules)) writeFileSync(join(made.mailHome, name), text, { mode: 0o600 });
  const host = await serve(t, made.home, ['--smtp', '127.0.0.1:0']);
  return { ...made, host, port: host.ready.smtp?.port as number };
}

const send = ({ port }: Running, recipient: string, sender = 'alice@here.example') =>
  sendLoad({ port, clients: 1, messages: 1, sender, recipient });

function mailIn(maildir: string): string[] {
  return readdirSync(join(maildir, 'new')).map(name => readFileSync(join(maildir, 'new', name), 'latin1'));
}

test('host: .qmail with a Maildir, a program and a forward → all three', async t => {
  const running = await start(t, {
    '.qmail-all': './Maildir/\n|cat > "$HOME/seen-$EXT"\n&alice-copy@here.example\n',
    '.qmail-copy': './Copies/\n',
  });
  for (const part of ['', 'tmp', 'new', 'cur']) mkdirSync(join(running.mailHome, 'Copies', part));
  giveToOwner(running.mailHome);
  await send(running, 'alice-all@here.example');
  await until('the copy', () => mailIn(join(running.mailHome, 'Copies')).length === 1);
  assert.match(
    mailIn(running.maildir)[0] ?? '',
    /^Return-Path: <alice@here\.example>\nDelivered-To: alice-all@here\.example\n/,
  );
  assert.match(readFileSync(join(running.mailHome, 'seen-all'), 'latin1'), /^Received: [\s\S]*the end of 0\n$/);
  assert.match(
    mailIn(join(running.mailHome, 'Copies'))[0] ?? '',
    /^Return-Path: <alice@here\.example>\nDelivered-To: alice-copy@here\.example\nReceived: .*\nDelivered-To: alice-all@here\.example\nReceived: /,
  );
});

test('host: programs that exit 111, 100 and 99 → tried again, returned in QSBMF, stopped', async t => {
  const running = await start(t, {
    '.qmail-later': '|test -e "$HOME/ready" || { echo "not yet (#4.2.1)"; exit 111; }\n./Maildir/\n',
    '.qmail-never': '|echo "gone fishing (#5.2.1)"; exit 100\n',
    '.qmail-stop': '|exit 99\n./Maildir/\n',
  });
  const logged = (pattern: RegExp) => until(String(pattern), () => pattern.exec(running.host.log()));

  await send(running, 'alice-later@here.example');
  await logged(/deferral: not_yet_\(#4\.2\.1\)\//);
  writeFileSync(join(running.mailHome, 'ready'), '');
  process.kill(running.host.ready.pid, 'SIGALRM');
  await until('the second try', () => mailIn(running.maildir).length === 1);

  await send(running, 'alice-stop@here.example');
  await logged(/alice-stop@here\.example\n[\s\S]*success: did_0\+0\+1\//);

  await send(running, 'alice-never@here.example');
  await logged(/failure: gone_fishing_\(#5\.2\.1\)\//);
  await until('the bounce', () => mailIn(running.maildir).length === 2);
  const bounce = mailIn(running.maildir).find(text => text.startsWith('Return-Path: <>\n')) ?? '';
  assert.match(
    bounce,
    /\nSubject: failure notice\n\nHi\. This is the qmail-send program at here\.example\.\n[^\n]*\n[^\n]*\n\n<alice-never@here\.example>:\ngone fishing \(#5\.2\.1\)\n\n--- Below this line is a copy of the message\.\n\nReturn-Path: <alice@here\.example>\nReceived: /,
  );
});

test('host: bad input by SMTP → refused with the right code; the host continues', async t => {
  const running = await start(t);
  const dialogue = (lines: string) => talk(running.port, lines);
  assert.match(
    await dialogue('HELO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<x@foreign.example>\r\nQUIT\r\n'),
    /\n553 sorry, that domain isn't in my list of allowed rcpthosts \(#5\.7\.1\)\r\n/,
  );
  assert.match(
    await dialogue(
      'HELO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<alice@here.example>\r\nDATA\r\nSubject: x\n\nbare\n.\nRCPT TO:<y@z>\r\n.\r\nQUIT\r\n',
    ),
    /\n354 .*\r\n451 See https:\/\/cr\.yp\.to\/docs\/smtplf\.html\.\r\n$/,
  );
  const long = await dialogue(`HELO x\r\n${'A'.repeat(100_000)}\r\nQUIT\r\n`);
  assert.match(long, /\n(421|500|502) /);
  assert.deepEqual(await send(running, 'alice@here.example'), [0]);
  await until('the good message', () => mailIn(running.maildir).length === 1);
  assert.equal(await running.host.stop(), 0);
});

test('host: a broken .qmail file → the mail waits, the log line names file and line', async t => {
  const running = await start(t, { '.qmail-broken': '\n./Maildir/\n' });
  await send(running, 'alice-broken@here.example');
  const [line] = await until('the deferral', () => /deferral: .*/.exec(running.host.log()));
  assert.match(line, /^deferral: Uh-oh:_first_line_of_\.qmail_file_is_blank\._\(#4\.2\.1\)\/.*\.qmail-broken:1/);
});

test('host: a directory that is not a home, a second host on one → one clear line, exit code 1', async t => {
  const nowhere = await waypost(['serve', '--home', tempDir(t)]);
  assert.equal(nowhere.code, 1);
  assert.match(nowhere.stderr, /^serve: fatal: .* is not a Waypost home: .*waypost init\n$/);
  const running = await start(t);
  const second = await waypost(['serve', '--home', running.home]);
  assert.equal(second.code, 1);
  assert.match(
    second.stderr,
    /^serve: fatal: A mail host is already running on this home\. Stop it first, or open it: waypost open\n {2}Your address {2}alice@here\.example\n/,
  );
});

/** Sends all lines at once and answers everything that the server said until it hung up. */
function talk(port: number, lines: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let said = '';
    socket.setEncoding('latin1').on('data', text => {
      if (said === '') socket.write(lines);
      said += text;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(said));
    socket.setTimeout(10_000, () => reject(new Error(`no end of the dialogue: ${said}`)));
  });
}
