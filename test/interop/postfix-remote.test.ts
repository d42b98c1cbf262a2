// Postfix's test programs as the other end: qmqp-source and qmqp-sink for QMQP, smtp-sink for mail that goes out by SMTP.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../core/lib/clock.ts';
import { decodeTransfer } from '../../core/message/encodings/transfer.ts';
import { sendByQmqp } from '../../core/remote/qmqp-client.ts';
import { startPackages } from '../support/package-rig.ts';
import { startProgramOnPort } from '../support/program-on-port.ts';
import { runWith, without, withSbin } from '../support/programs.ts';
import { remoteRig } from '../support/remote-rig.ts';
import { tempDir } from '../support/temp-dir.ts';

const [noQmqpSource, noQmqpSink, noSmtpSink] = ['qmqp-source', 'qmqp-sink', 'smtp-sink'].map(name => without(name));
const asNobody = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];

test('qmqp-source: 60 messages in 10 sessions, 3 recipients each → all in the queue', {
  skip: noQmqpSource,
}, async t => {
  const rig = await startPackages(t, 'qmqp', {
    rules: '127.:allow\n',
    control: { concurrencyperip: '0\n', connectionrate: '0\n' },
  });
  const args = ['-m', '60', '-s', '10', '-r', '3', '-l', '5000', '-f', 'a@b.example', '-t', 'joe@c.example'];
  await runWith('qmqp-source', [...args, `127.0.0.1:${rig.port}`], '', withSbin());
  assert.equal(rig.taken.length, 60);
  for (const { text, envelope } of rig.taken) {
    assert.equal(envelope, 'Fa@b.example\0T0joe@c.example\0T1joe@c.example\0T2joe@c.example\0\0');
    assert.ok(text.length > 5000);
  }
});

test('qmqp-sink: messages small and large → taken', { skip: noQmqpSink }, async t => {
  const { port } = await startProgramOnPort(t, 'qmqp-sink', port => [`127.0.0.1:${port}`, '10']);
  for (const sizeBytes of [0, 1, 70_000, 20_000_000]) {
    const message = { message: [Buffer.alloc(sizeBytes, 'line\n')], sizeBytes };
    const envelope = { sender: 'a@b.example', recipients: ['joe@c.example', 'ann@c.example'] };
    assert.equal(await sendByQmqp([`127.0.0.1:${port}`], message, envelope, { clock: systemClock }), 0);
  }
});

for (const options of [[], ['-p'], ['-e'], ['-8']]) {
  test(`smtp-sink ${options.join(' ')}: dots, 8-bit data, lines of 950 bytes → the same message at the other end`, {
    skip: noSmtpSink,
  }, async t => {
    const directory = tempDir(t);
    const dumps = join(directory, 'dumps');
    mkdirSync(dumps);
    chmodSync(directory, 0o755);
    chmodSync(dumps, 0o777);
    const { port } = await startProgramOnPort(t, 'smtp-sink', port => [
      ...[...asNobody, ...options, '-d', `${dumps}/%M.`],
      ...[`127.0.0.1:${port}`, '10'],
    ]);
    const text = `Subject: t\n\n.\n..x\n\xe4\xff\n${'long '.repeat(190)}\n\nend\n`;
    const outcome = await remoteRig(t, { port }).deliver('joe@c.example', { sender: 'a@b.example', text });
    assert.equal(outcome.kind, 'done', outcome.text);
    const [dump = ''] = readdirSync(dumps).map(name => readFileSync(join(dumps, name), 'latin1'));
    assert.match(dump, /^X-Mail-Args: <a@b\.example>/m);
    assert.match(dump, /^X-Rcpt-Args: <joe@c\.example>/m);
    // The sink writes its own fields before the message, and an empty line behind it.
    if (!options.some(option => option === '-8' || option === '-e')) assert.ok(dump.endsWith(`\n${text}\n`), dump);
    else assert.equal(decodedBody(dump), `${text.slice(text.indexOf('\n\n') + 2)}\n`);
  });
}

/** Of a message that was encoded, because the sink has no 8BITMIME. */
function decodedBody(dump: string): string {
  const sent = dump.slice(dump.indexOf('Subject: t'));
  assert.match(sent, /^Content-Transfer-Encoding: quoted-printable$/m);
  const body = Buffer.from(sent.slice(sent.indexOf('\n\n') + 2), 'latin1');
  return Buffer.from(decodeTransfer(body, 'quoted-printable')).toString('latin1');
}

const refusals: [options: string[], kind: 'later' | 'never', text: RegExp][] = [
  [
    ['-f', 'rcpt'],
    'never',
    /does not like recipient\.\nRemote host said: 500 5\.3\.0 .*\nGiving up on 127\.0\.0\.1\.\n$/,
  ],
  [['-r', 'rcpt'], 'later', /does not like recipient\.\nRemote host said: 450 4\.3\.0 /],
  [['-f', 'mail'], 'never', /but sender was rejected\.\nRemote host said: 500 /],
  [['-r', 'data'], 'later', /failed on DATA command\.\nRemote host said: 450 /],
  [['-f', '.'], 'never', /failed after I sent the message\.\nRemote host said: 500 /],
  [['-f', 'connect'], 'later', /but greeting failed\.\nRemote host said: 5/],
  [['-q', 'rcpt'], 'later', /but connection died\. \(#4\.4\.2\)\n$/],
  [['-q', '.'], 'later', /but connection died\. Possible duplicate! \(#4\.4\.2\)\n$/],
  [['-Q', 'data'], 'later', /failed on DATA command\.\nRemote host said: 421 /],
];

for (const [options, kind, text] of refusals) {
  test(`smtp-sink ${options.join(' ')} → ${kind}`, { skip: noSmtpSink }, async t => {
    const { port } = await startProgramOnPort(t, 'smtp-sink', port => [
      ...[...asNobody, ...options],
      ...[`127.0.0.1:${port}`, '10'],
    ]);
    const outcome = await remoteRig(t, { port }).deliver('joe@c.example');
    assert.equal(outcome.kind, kind, outcome.text);
    assert.match(outcome.text, text);
  });
}
