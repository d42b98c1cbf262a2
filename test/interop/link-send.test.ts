// The step `send` of a link with servers that others wrote: Postfix and Exim accept 20 messages with PIPELINING, refuse one
// recipient permanently and one for now.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { issue } from '../support/certificates.ts';
import { startPostfix } from '../support/private-postfix.ts';
import { without } from '../support/programs.ts';
import { startReceivingExim } from '../support/receiving-exim.ts';
import { type SendStepRig, sendStepRig } from '../support/send-step-rig.ts';
import { startSlowLine } from '../support/slow-line.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const needsRoot = process.getuid?.() === 0 ? false : 'it needs root to start';
const numbers = Array.from({ length: 20 }, (_, at) => String(at + 1).padStart(2, '0'));

const link = 'server 127.0.0.1\n';

/** Those who are refused stand between the others, so that what follows shows that replies are assigned rightly. */
function putAll(rig: SendStepRig): void {
  const put = (name: string, user: string) =>
    rig.put(name, `${user}@far.example`, `Subject: ${name}\nMessage-ID: <${name}@b.example>\n\n.\n..dots\n\xe4\n`);
  for (const number of numbers) {
    put(number, 'ann');
    if (number === '05') put('refused', 'nobody');
    if (number === '11') put('later', 'busy');
  }
}

/** Sends it over a line that takes its time: on one that takes none, the next message may not be open when a dot is due. */
async function sendSlowly(t: TestContext, rig: SendStepRig, port: number): Promise<void> {
  const line = await startSlowLine(t, { port, oneWayMs: 20 });
  assert.deepEqual(await rig.send(line.port), { ok: true, says: '' });
}

/** Once at least, the client says the final dot with all commands of the next message, and the server answers them together. */
function isPipelined(transcript: string): boolean {
  const marks = transcript
    .split('\n')
    .filter(line => /^ +[\d.]+ [<>]/.test(line))
    .map(line => line.trim().split(' ')[1])
    .join('');
  return marks.includes('>>>>><<<<<');
}

function assertSent(rig: SendStepRig, refused: RegExp, later: RegExp): void {
  assert.deepEqual(rig.left(), ['later']);
  assert.equal(rig.returned.length, 1);
  assert.match(rig.returned[0] ?? '', refused);
  const kept = rig.log.filter(line => line.includes('failed temporarily'));
  assert.equal(kept.length, 1);
  assert.match(kept[0] ?? '', later);
  assert.ok(isPipelined(rig.transcript()), rig.transcript());
}

test('Postfix: 20 messages, one recipient refused, one for now → the others arrive in order, over one pipelined session', {
  skip: needsRoot || without('postfix'),
}, async t => {
  const postfix = await startPostfix(
    t,
    (mail, uid) => `virtual_mailbox_domains = far.example
virtual_mailbox_base = ${mail}
virtual_mailbox_maps = static:Maildir/
virtual_minimum_uid = 1
virtual_uid_maps = static:${uid}
virtual_gid_maps = static:${uid}
smtpd_recipient_restrictions = check_recipient_access inline:{ {nobody@far.example=550 5.1.1 No such user}, {busy@far.example=450 4.2.0 Try later} }, reject_unauth_destination
`,
  );
  const rig = sendStepRig(t, link);
  putAll(rig);
  await sendSlowly(t, rig, postfix.port);
  assertSent(
    rig,
    /^new\/refused: 127\.0\.0\.1 said: 550 5\.1\.1 .*No such user/,
    /new\/later .*450 4\.2\.0 .*Try later/,
  );
  const accepted = [...postfix.log().matchAll(/cleanup.* message-id=<(\d+)@b\.example>/g)].map(([, number]) => number);
  assert.deepEqual(accepted, numbers);
  await until('all in the mailbox', () => postfix.log().match(/status=sent/g)?.length === numbers.length);
  const box = join(postfix.mail, 'Maildir/new');
  const texts = readdirSync(box).map(name => readFileSync(join(box, name), 'latin1'));
  assert.deepEqual(texts.map(text => /^Subject: (\d+)$/m.exec(text)?.[1]).sort(), numbers);
  assert.ok(texts.every(text => text.endsWith('\n\n.\n..dots\n\xe4\n')));
});

test('Postfix, STARTTLS → a message is sent within TLS with its fingerprint; the next contact resumes', {
  skip: needsRoot || without('postfix'),
}, async t => {
  const { cert, key } = issue({ subject: 'far.example' });
  const directory = tempDir(t);
  chmodSync(directory, 0o755);
  writeFileSync(join(directory, 'chain.pem'), key + cert);
  const postfix = await startPostfix(
    t,
    () => `virtual_mailbox_domains = far.example
virtual_transport = discard:
smtpd_recipient_restrictions = reject_unauth_destination
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = ${directory}/chain.pem
`,
    'tlsmgr unix - - n 1000? 1 tlsmgr\n',
  );
  const { fingerprint256 } = new X509Certificate(cert);
  const rig = sendStepRig(t, `server 127.0.0.1\ntls starttls\ncertificate ${fingerprint256}\n`);
  for (const name of ['1', '2']) {
    rig.put(name, 'ann@far.example', 'Subject: t\n\nHi.\n');
    assert.deepEqual(await rig.send(postfix.port), { ok: true, says: '' }, postfix.log());
  }
  assert.deepEqual(rig.left(), []);
  assert.deepEqual(rig.transcript().match(/TLS 1\.\d(?:, resumed)?/g), ['TLS 1.3', 'TLS 1.3, resumed']);
});

test('Exim: 20 messages, one recipient refused, one for now → the others arrive in order, over one pipelined session', {
  skip: needsRoot || without('exim4'),
}, async t => {
  const exim = await startReceivingExim(t, {
    main: 'smtp_accept_queue_per_connection = 0\n',
    refusals: `  deny
    local_parts = nobody
    message = No such user
  defer
    local_parts = busy
    message = Try later
`,
  });
  const rig = sendStepRig(t, link);
  putAll(rig);
  await sendSlowly(t, rig, exim.port);
  assertSent(rig, /^new\/refused: 127\.0\.0\.1 said: 550 No such user/, /new\/later .*451 Try later/);
  await until('all deliveries', () => exim.log().match(/ Completed/g)?.length === numbers.length);
  assert.deepEqual(
    [...exim.log().matchAll(/ <= .* id=(\d+)@b\.example$/gm)].map(([, number]) => number),
    numbers,
  );
  const box = exim.box();
  assert.deepEqual([...box.matchAll(/^Subject: (\d+)$/gm)].map(([, number]) => number ?? '').sort(), numbers);
  assert.equal(box.match(/^\.\n\.\.dots\n\xe4\n/gm)?.length, numbers.length);
});
