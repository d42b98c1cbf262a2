// Recorded sessions of clients whose rule says RECORDIO="1": complete, but without passwords, and limited.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { openLogs } from '../../../core/host/logs.ts';
import { systemClock } from '../../../core/lib/clock.ts';
import { createPasswordHider } from '../../../core/listen/hide-passwords.ts';
import { startPop3 } from '../../support/pop3-rig.ts';
import { clientOn, type RawClient, rawClient } from '../../support/raw-client.ts';
import { startSmtp } from '../../support/smtp-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/tls');
const files = { cert: readFileSync(join(fixtures, 'cert.pem')), key: readFileSync(join(fixtures, 'key.pem')) };
const recorded = { 'tcp.smtp': ':allow,RECORDIO="1"\n' };

/** `<` and `>` before what each side says; the record of it. */
function recordedOf(dialogue: readonly string[]): string[] {
  const { fromClient, fromServer } = createPasswordHider();
  return dialogue.map(line => (line[0] === '<' ? fromClient : fromServer)(line.slice(2), false));
}

const dialogues: readonly (readonly [what: string, dialogue: string[], record: string[]])[] = [
  [
    'AUTH PLAIN',
    ['< AUTH PLAIN AGEAYg==\r', '> 235 ok', '< MAIL FROM:<a@b>'],
    ['AUTH PLAIN [hidden]', '235 ok', 'MAIL FROM:<a@b>'],
  ],
  [
    'AUTH LOGIN',
    ['< auth login', '> 334 VXNlcm5hbWU6', '< QUJD', '> 334 UGFzcw==', '< REVG', '> 535 no', '< QUIT'],
    ['auth login', '334 VXNlcm5hbWU6', '[hidden]', '334 UGFzcw==', '[hidden]', '535 no', 'QUIT'],
  ],
  [
    'a login that goes on after a refusal',
    ['< AUTH PLAIN', '> 538 no', '< AGEAYg==', '< RSET', '< x'],
    ['AUTH PLAIN', '538 no', '[hidden]', 'RSET', 'x'],
  ],
  [
    'commands sent ahead',
    ['< EHLO x', '< AUTH LOGIN', '> 250 x', '< QUJD'],
    ['EHLO x', 'AUTH LOGIN', '250 x', '[hidden]'],
  ],
  [
    'POP3',
    ['< USER joe', '> +OK', '< pass a b c', '> -ERR', '< PASS'],
    ['USER joe', '+OK', 'pass [hidden]', '-ERR', 'PASS'],
  ],
  ['APOP', ['< APOP joe 0123', '> +OK'], ['APOP joe [hidden]', '+OK']],
  [
    'a message',
    ['< DATA', '> 354 go', '< hello', '< AUTH PLAIN AAAA', '< more', '< .', '> 250 ok', '< AUTH PLAIN AAAA'],
    ['DATA', '354 go', 'hello', 'AUTH PLAIN [hidden]', 'more', '.', '250 ok', 'AUTH PLAIN [hidden]'],
  ],
  [
    'a message sent ahead',
    ['< DATA', '< hi', '< .', '> 354 go', '> 250 ok', '< AUTH LOGIN', '> 334 a', '< QUJD'],
    ['DATA', 'hi', '.', '354 go', '250 ok', 'AUTH LOGIN', '334 a', '[hidden]'],
  ],
];

for (const [what, dialogue, record] of dialogues) {
  test(`passwords: ${what} → replaced, and nothing else`, () => {
    assert.deepEqual(recordedOf(dialogue), record);
  });
}

async function ask(client: RawClient, command: string): Promise<void> {
  client.send(`${command}\r\n`);
  while ((await client.line())[3] === '-');
}

const secret = Buffer.from('\0ann\0secret').toString('base64');

async function smtp(t: TestContext, control: Readonly<Record<string, string>>) {
  const lines: string[] = [];
  const logIn = async () => true;
  const rig = await startSmtp(t, {
    control,
    deps: { tls: () => files, logIn, dialogues: line => void lines.push(line) },
  });
  const client = await rawClient(rig.port);
  await client.line();
  return { client, lines, rig };
}

test('session recorder: SMTP, in the clear and within TLS → both sides line by line, without the password', async t => {
  const { client, lines } = await smtp(t, recorded);
  await ask(client, 'EHLO clear.example');
  await ask(client, 'STARTTLS');
  client.socket.removeAllListeners('data');
  const tls = connectTls({ socket: client.socket, ca: files.cert, servername: 'heaven.af.mil' });
  await once(tls, 'secureConnect');
  const secure = clientOn(tls);
  await ask(secure, 'EHLO secure.example');
  for (const piece of ['AUTH PL', 'AIN', ` ${secret}`]) {
    secure.send(piece);
    await new Promise(resolve => setImmediate(resolve));
  }
  await ask(secure, '');
  for (const command of ['MAIL FROM:<a@b>', 'RCPT TO:<x@elsewhere.example>', 'DATA', 'hello\r\n.'])
    await ask(secure, command);
  secure.send('QUIT\r\n');
  await secure.rest();
  await until('the end', () => lines.some(line => line.includes('< [EOF]') || line.includes('> [EOF]')));
  const text = lines.join('\n');
  assert.doesNotMatch(text, /secret|AGFubg/);
  for (const line of [
    'smtpd 1 > 220 heaven.af.mil ESMTP\r ',
    'smtpd 1 < EHLO clear.example\r ',
    'smtpd 1 < STARTTLS\r ',
    'smtpd 1 < EHLO secure.example\r ',
    'smtpd 1 < AUTH PLAIN [hidden] ',
    'smtpd 1 > 235 Authentication successful\r ',
    'smtpd 1 < hello\r ',
    'smtpd 1 < .\r ',
    'smtpd 1 < QUIT\r ',
  ])
    assert.ok(lines.includes(line), `${JSON.stringify(line)} is not in\n${text}`);
});

test('session recorder: no RECORDIO in the rule → nothing is recorded', async t => {
  const { client, lines } = await smtp(t, { 'tcp.smtp': ':allow,RECORDIO="0"\n' });
  await ask(client, 'EHLO x');
  client.drop();
  assert.deepEqual(lines, []);
});

test('session recorder: a client that sends megabytes → one megabyte, and a line about the rest', async t => {
  const { client, lines } = await smtp(t, recorded);
  for (const command of ['MAIL FROM:<a@b>', 'RCPT TO:<joe@heaven.af.mil>', 'DATA']) await ask(client, command);
  await ask(client, `${`${'x'.repeat(998)}\r\n`.repeat(3000)}.`);
  client.drop();
  await until('the end', () => lines.at(-1)?.includes('not recorded'));
  const bytes = lines.join('').length;
  assert.ok(bytes < 1_500_000 && bytes > 1_000_000, String(bytes));
});

test('session recorder: POP3 → the password is replaced, the mail is recorded', async t => {
  const lines: string[] = [];
  const { port } = await startPop3(t, {
    dialogues: line => void lines.push(line),
    access: environment => ({ kind: 'allowed', environment: { ...environment, RECORDIO: '1' }, byRule: true }),
  });
  const client = await rawClient(port);
  client.send('USER joe\r\nPASS sesame\r\nRETR 1\r\nQUIT\r\n');
  await client.rest();
  await until('the end', () => lines.some(line => line.endsWith('[EOF]')));
  assert.doesNotMatch(lines.join('\n'), /sesame/);
  for (const line of ['pop3d 1 < USER joe\r ', 'pop3d 1 < PASS [hidden] ', 'pop3d 1 > first\r '])
    assert.ok(lines.includes(line), `${line}\n${lines.join('\n')}`);
});

test('session recorder: the log directory → created with the first line, for its owner only', async t => {
  const home = tempDir(t);
  const logs = openLogs(home, systemClock, () => ({ logDays: 1, logBytes: 1000 }), undefined);
  assert.ok(!readdirSync(join(home, 'log')).includes('dialogues'));
  logs.dialogues('smtpd 1 < hello ');
  await logs.close();
  const directory = join(home, 'log', 'dialogues');
  assert.equal(statSync(directory).mode & 0o777, 0o700);
  assert.ok(
    readdirSync(directory).some(name => readFileSync(join(directory, name), 'latin1').includes('smtpd 1 < hello')),
  );
});
