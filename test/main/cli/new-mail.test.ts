// new-inject, sendmail, ofmipname and ofmipd as processes: options, files, the queue of a home.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { command as waypost } from '../../support/command.ts';
import { homeWithQueue, queuedIn } from '../../support/home-with-queue.ts';

function run(home: string, args: readonly string[], input: string, variables: Readonly<Record<string, string>> = {}) {
  const env = { PATH: process.env.PATH, USER: 'joe', WAYPOST_HOME: home, ...variables };
  const { status, stdout, stderr } = spawnSync(process.execPath, [waypost, ...args], { cwd: home, env, input });
  return { code: status, out: stdout.toString('latin1'), err: stderr.toString('latin1') };
}

/** Envelopes (without who and which) and messages (without the line of the queue) of everything in the queue. */
function queued(home: string): readonly [string, string][] {
  return queuedIn(home).map(({ envelope, message }) => [
    envelope.slice(envelope.indexOf('F')),
    message.slice(message.indexOf('\n') + 1),
  ]);
}

test('new-inject: control/rewrite → its rules; QMAILREWRITEFILE beats it where there is one', t => {
  const home = homeWithQueue(t);
  writeFileSync(join(home, 'control/rewrite'), '# rules\n=:by.control\n=far:far.example\n');
  writeFileSync(join(home, 'mine'), '=:by.mine\n');
  const print = (file: string) =>
    run(home, ['new-inject', '-n'], 'To: a, b@far\n', { QMAILREWRITEFILE: join(home, file) });
  assert.match(print('none').out, /\nTo: a@by\.control, b@far\.example\n/);
  assert.match(print('mine').out, /\nTo: a@by\.mine, b@far\n/);
  assert.deepEqual(run(home, ['new-inject', '-x'], '').code, 100);
});

test('new-inject: a message → in the queue under its envelope', t => {
  const home = homeWithQueue(t);
  assert.deepEqual(run(home, ['new-inject'], 'To: Fred <fred>\nBcc: x@y.z\n\nbody'), { code: 0, out: '', err: '' });
  const [[envelope, message] = assert.fail()] = queued(home);
  assert.equal(envelope, 'Fjoe@me.example|Tfred@me.example|Tx@y.z|');
  assert.match(message, /^Date: .*\nMessage-ID: .*\nFrom: joe@me\.example\nTo: "Fred" <fred@me\.example>\n\nbody\n$/);
});

const lineEnds: [what: string, input: string, message: RegExp][] = [
  [
    'all lines end in CR LF, as PHP 8 writes them → in LF',
    'To: ann@far.example\r\nSubject: hi\r\nX-PHP-Originating-Script: 0:form.php\r\nFrom: web@me.example\r\n\r\nHello.\r\nA\rCR.\r\n',
    /\nTo: ann@far\.example\nSubject: hi\nX-PHP-Originating-Script: 0:form\.php\nFrom: web@me\.example\n\nHello\.\nA\rCR\.\n$/,
  ],
  [
    'a header in CR LF over a text in LF, as PHP 8 sends what it is given → in LF',
    'To: ann@far.example\r\nSubject: hi\r\n\r\nHello.\nWorld.\n\r\n',
    /\nTo: ann@far\.example\nSubject: hi\n\nHello\.\nWorld\.\n\n$/,
  ],
  [
    'CR LF deep in a message of LF → as it is',
    `To: ann@far.example\nSubject: hi\n\n${'Hello.\n'.repeat(20_000)}A file:\r\nits\r\n`,
    /\nTo: ann@far\.example\nSubject: hi\n\n(Hello\.\n){20000}A file:\r\nits\r\n$/,
  ],
];

for (const [what, input, message] of lineEnds) {
  test(`sendmail: ${what}`, t => {
    const home = homeWithQueue(t);
    assert.deepEqual(run(home, ['sendmail', '-t', '-i'], input), { code: 0, out: '', err: '' });
    const [only = assert.fail()] = queued(home);
    assert.equal(only[0], 'Fjoe@me.example|Tann@far.example|');
    assert.match(only[1], message);
  });
}

test('qmail-inject: CR LF → left alone, as in qmail', t => {
  const home = homeWithQueue(t);
  assert.equal(run(home, ['qmail-inject', 'ann@far.example'], 'Subject: hi\r\n\r\nHello.\r\n').code, 0);
  assert.match(queued(home)[0]?.[1] ?? '', /\nSubject: hi\r\n/);
});

test('sendmail -bs: SMTP on standard input and output → to everywhere (inject.md 13)', t => {
  const home = homeWithQueue(t);
  const talk =
    'EHLO x\r\nMAIL FROM:<joe@x>\r\nRCPT TO:<far@away.example>\r\nDATA\r\nSubject: hi\r\n\r\nHello.\r\n.\r\nQUIT\r\n';
  const { code, out } = run(home, ['sendmail', '-bs'], talk);
  assert.deepEqual(
    [code, out.split('\r\n')[0], out.split('\r\n').at(-2)],
    [0, '220 me.example ESMTP', '221 me.example'],
  );
  const [[envelope, message] = assert.fail()] = queued(home);
  assert.equal(envelope, 'Fjoe@x|Tfar@away.example|');
  assert.match(
    message,
    /^Received: from localhost \(HELO x\) \(sendmail-bs@127\.0\.0\.1\)\n {2}by localhost with SMTP; .*\nSubject: hi\n\nHello\.\n$/,
  );
});

test('ofmipd: names from ofmipname, a message by SMTP → in the queue under its envelope', t => {
  const home = homeWithQueue(t);
  const made = run(home, ['ofmipname', 'n.cdb', 'n.tmp'], 'joe@me.example:Joe Shmoe:joe.shmoe@big.example:\n');
  assert.deepEqual(made, { code: 0, out: '', err: '' });
  const talk =
    'EHLO x\r\nMAIL FROM:<joe>\r\nRCPT TO:<far@away.example>\r\nDATA\r\nSubject: hi\r\n\r\nHello.\r\n.\r\nQUIT\r\n';
  const { code, out } = run(home, ['ofmipd', 'n.cdb'], talk, { TCPREMOTEIP: '1.2.3.4' });
  assert.deepEqual([code, out.split('\r\n').slice(-4)], [0, ['354 go ahead', '250 ok', '221 ofmipd.local', '']]);
  const [[envelope, message] = assert.fail()] = queued(home);
  assert.equal(envelope, 'Fjoe.shmoe@big.example|Tfar@away.example|');
  assert.match(
    message,
    /^Received: \(ofmipd 1\.2\.3\.4\); .*\nDate: .*\nMessage-ID: .*\nFrom: "Joe Shmoe" <joe\.shmoe@big\.example>\nCc: recipient list not shown: ;\nSubject: hi\n\nHello\.\n$/,
  );
});

test('ofmipd: a database that is not there → 451 at once, 1', t => {
  const home = homeWithQueue(t);
  const { code, out, err } = run(home, ['ofmipd', 'none.cdb'], 'QUIT\r\n');
  assert.deepEqual([code, out], [1, '451 unable to read configuration (#4.3.0)\r\n']);
  assert.match(err, /^ofmipd: fatal: no such file or directory\n$/);
  assert.equal(run(home, ['ofmipname'], '').code, 100);
});
