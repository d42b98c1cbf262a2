// The POP3 clients fetchmail and mutt, against our service.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { openPasswd } from '../../core/pop3/passwd.ts';
import { makeMaildir, startPop3 } from '../support/pop3-rig.ts';
import { without } from '../support/programs.ts';
import { tempDir } from '../support/temp-dir.ts';

const run = promisify(execFile);

/** Runs fetchmail once; it delivers to a file. @returns its exit code and what it delivered */
async function fetchmail(directory: string, options: string) {
  const mailbox = join(directory, 'mailbox');
  const configuration = join(directory, 'fetchmailrc');
  writeFileSync(configuration, options.replace('MDA', `mda "cat >>${mailbox}; echo == >>${mailbox}"`), { mode: 0o600 });
  const args = [
    '-f',
    configuration,
    '--nosyslog',
    '--pidfile',
    join(directory, 'pid'),
    '--idfile',
    join(directory, 'ids'),
  ];
  const env = { ...process.env, FETCHMAILHOME: directory, HOME: directory };
  const ended = await run('fetchmail', args, { env }).then(
    () => ({ code: 0, text: '' }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      text: error.stdout + error.stderr,
    }),
  );
  const delivered = existsSync(mailbox) ? readFileSync(mailbox, 'latin1').split('==\n').slice(0, -1) : [];
  return { ...ended, delivered };
}

const bodies = (messages: readonly string[]) => messages.map(text => text.slice(text.indexOf('\n\n') + 2));

test('fetchmail: fetch and delete → every message whole, the Maildir empty; the next time there is nothing', {
  skip: without('fetchmail'),
}, async t => {
  const rig = await startPop3(t);
  const server = `poll 127.0.0.1 service ${rig.port} proto POP3 uidl auth password`;
  const options = `${server} user joe password sesame fetchall no sslcertck sslproto "" MDA\n`;
  const first = await fetchmail(tempDir(t), options);
  assert.equal(first.code, 0, first.text);
  assert.deepEqual(
    bodies(first.delivered).map(body => body.trimEnd()),
    ['first\n.dot\n..', 'b\nc', '1\n2\n3\n4\n\n.'],
  );
  assert.deepEqual(rig.names(), []);
  assert.equal((await fetchmail(tempDir(t), options)).code, 1);
});

test('fetchmail: keep → fetched once, known by UIDL the next time', { skip: without('fetchmail') }, async t => {
  const rig = await startPop3(t);
  const server = `poll 127.0.0.1 service ${rig.port} proto POP3 uidl auth password`;
  const options = `${server} user joe password sesame keep sslproto "" MDA\n`;
  const directory = tempDir(t);
  assert.equal((await fetchmail(directory, options)).delivered.length, 3);
  const second = await fetchmail(directory, options);
  assert.deepEqual([second.code, second.delivered.length], [1, 3]);
  assert.deepEqual(rig.names(), ['cur/100.a.host:2,S', 'cur/200.b.host:2,', 'cur/300.c.host:2,']);
});

test('fetchmail: APOP → works for the name that has it; a wrong password is reported as such', {
  skip: without('fetchmail'),
}, async t => {
  const directory = tempDir(t);
  const passwd = openPasswd(join(directory, 'passwd'));
  const maildir = makeMaildir(join(directory, 'Maildir'));
  await passwd.set({ name: 'ann', uid: undefined, maildir }, 'tanstaaf', true);
  const rig = await startPop3(t, {}, passwd);
  const server = `poll 127.0.0.1 service ${rig.port} proto APOP user ann`;
  assert.equal((await fetchmail(directory, `${server} password tanstaaf keep sslproto "" MDA\n`)).delivered.length, 3);
  assert.equal((await fetchmail(tempDir(t), `${server} password wrong keep sslproto "" MDA\n`)).code, 3);
  assert.ok(rig.log.some(line => /^pop3d: login \d+ ann$/.test(line)));
});

test('mutt: reads the mailbox over POP3, deletes one message → the others stay', { skip: without('mutt') }, async t => {
  const rig = await startPop3(t);
  const directory = tempDir(t);
  mkdirSync(join(directory, 'home'));
  chmodSync(join(directory, 'home'), 0o700);
  const configuration = join(directory, 'muttrc');
  writeFileSync(
    configuration,
    `set pop_authenticators="user" pop_pass="sesame" pop_delete=yes ssl_starttls=no ssl_force_tls=no delete=yes quit=yes
set folder="${directory}" record="" move=no
push "<first-entry><next-entry><delete-message><sync-mailbox><quit>"
`,
  );
  const url = `pop://joe@127.0.0.1:${rig.port}/`;
  const env = { ...process.env, HOME: join(directory, 'home'), TERM: 'xterm' };
  // mutt wants a terminal: script(1) gives it one.
  await run('script', ['-qec', `mutt -F ${configuration} -f ${url}`, '/dev/null'], { env, timeout: 20_000 });
  assert.equal(rig.names().length, 2, rig.log.join('\n'));
});
