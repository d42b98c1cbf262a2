// TLS to servers that others wrote: Postfix and Exim with STARTTLS, Postfix and stunnel with TLS from the first byte.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { decodeTransfer } from '../../core/message/encodings/transfer.ts';
import { freePort } from '../bench/processes.ts';
import { waitForPort } from '../bench/wait-for-port.ts';
import { issue } from '../support/certificates.ts';
import { startPostfix } from '../support/private-postfix.ts';
import { without, withSbin } from '../support/programs.ts';
import { startReceivingExim } from '../support/receiving-exim.ts';
import { remoteRig } from '../support/remote-rig.ts';
import { startPeer } from '../support/smtp-peer.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const needsRoot = process.getuid?.() === 0 ? false : 'it needs root to start';

/** A certificate for 127.0.0.1, in the files that servers read, and in one with both. */
interface CertificateFiles {
  readonly certPath: string;
  readonly keyPath: string;
  readonly bothPath: string;
}

function certificateIn(directory: string): CertificateFiles {
  const { cert, key } = issue({ subject: 'relay.example', names: ['relay.example', '127.0.0.1'] });
  const [certPath, keyPath, bothPath] = ['cert.pem', 'key.pem', 'both.pem'].map(name => join(directory, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(certPath, cert);
  writeFileSync(keyPath, key);
  writeFileSync(bothPath, key + cert);
  chmodSync(directory, 0o755);
  return { certPath, keyPath, bothPath };
}

/** Postfix accepts everything, and forgets it. */
async function startTlsPostfix(t: TestContext) {
  const files = certificateIn(tempDir(t));
  const { certPath, keyPath } = files;
  const main = `relay_domains = static:all
transport_maps = static:discard:
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = ${keyPath}, ${certPath}
smtpd_tls_loglevel = 1
smtpd_tls_ask_ccert = yes
`;
  const smtps = await freePort();
  const services = `tlsmgr unix - - n 1000? 1 tlsmgr
127.0.0.1:${smtps} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
`;
  const { port, log } = await startPostfix(t, () => main, services);
  await waitForPort(smtps, { signal: t.signal, limitMs: 60_000 });
  return { port, smtps, log, files };
}

const texts = ['Subject: t\n\nhi\n', `Subject: t\n\n${'.line \xe4\n'.repeat(200_000)}`, ''];

test('Postfix, STARTTLS required: small, large and several messages → accepted within TLS', {
  skip: needsRoot || without('postfix'),
}, async t => {
  const { port, log } = await startTlsPostfix(t);
  const rig = remoteRig(t, { port });
  for (const text of texts) {
    const outcome = await rig.deliver('joe@x.example', { text });
    assert.equal(outcome.kind, 'done', outcome.text);
    assert.equal(outcome.tls?.version, 'TLSv1.3');
  }
  await until('the handshake in its log', () => /Anonymous TLS connection established from .*TLSv1\.3/.test(log()));
  assert.equal(log().match(/TLS connection established/g)?.length, 1);
});

test('Postfix, smtps: its certificate in the line → verified; ours is shown; another CA → deferred', {
  skip: needsRoot || without('postfix'),
}, async t => {
  const { smtps, log, files } = await startTlsPostfix(t);
  const tlsdestinations = `=127.0.0.1:${files.certPath}||;s${smtps}\n`;
  const own = { domaincerts: `*:${files.bothPath}\n` };
  const rig = remoteRig(t, { port: smtps, control: { tlsdestinations, ...own } });
  for (const text of texts) {
    const outcome = await rig.deliver('joe@x.example', { text });
    assert.equal(outcome.kind, 'done', outcome.text);
    assert.equal(outcome.tls?.certificate, 'verified');
  }
  await until('our certificate in its log', () =>
    /(?:Untrusted|Trusted|Verified) TLS connection established/.test(log()),
  );
  const other = certificateIn(tempDir(t));
  const line = `=127.0.0.1:${other.certPath}||;s${smtps}\n`;
  const refused = await remoteRig(t, { port: smtps, control: { tlsdestinations: line } }).deliver('joe@x.example');
  assert.equal(refused.kind, 'later');
  assert.match(refused.text, /its certificate cannot be verified: the certificate is signed by itself\./);
});

test('Exim (GnuTLS), STARTTLS required by us: its fingerprint → pinned, and in its mailbox as it was', {
  skip: needsRoot || without('exim4'),
}, async t => {
  const files = certificateIn(tempDir(t));
  const exim = await startReceivingExim(t, {
    main: `tls_advertise_hosts = *\ntls_certificate = ${files.certPath}\ntls_privatekey = ${files.keyPath}\n`,
  });
  const text = `Subject: t\n\n.\n..x\n\xe4\xff\n${'long '.repeat(190)}\n\nend\n`;
  const { fingerprint256 } = new X509Certificate(readFileSync(files.certPath));
  const rig = remoteRig(t, { port: exim.port, control: { tlsdestinations: `%127.0.0.1:=${fingerprint256}\n` } });
  const outcome = await rig.deliver('joe@exim.example', { sender: 'a@b.example', text });
  assert.equal(outcome.kind, 'done', outcome.text);
  assert.equal(outcome.tls?.certificate, 'pinned');
  await until('the delivery', () => / Completed/.test(exim.log()));
  assert.match(exim.log(), / X=TLS1\.3:/);
  assert.ok(exim.box().endsWith(text.slice(text.indexOf('\n\n'))));
});

test('Exim: a line that is too long → encoded, and the same when it is decoded', {
  skip: needsRoot || without('exim4'),
}, async t => {
  const exim = await startReceivingExim(t, { main: '' });
  const content = `.\n\xe4 ${'long '.repeat(300)}\n\nend \n`;
  const outcome = await remoteRig(t, { port: exim.port }).deliver('joe@exim.example', {
    text: `Subject: t\nContent-Type: text/plain; charset=latin1\n\n${content}`,
  });
  assert.equal(outcome.kind, 'done', outcome.text);
  await until('the delivery', () => / Completed/.test(exim.log()));
  const received = exim.box();
  assert.match(received, /^Content-Transfer-Encoding: quoted-printable$/m);
  const body = received.slice(received.indexOf('\n\n') + 2);
  const decoded = Buffer.from(decodeTransfer(Buffer.from(body, 'latin1'), 'quoted-printable')).toString('latin1');
  assert.equal(decoded.trimEnd(), content.trimEnd());
});

test('stunnel before a server without TLS: TLS from the first byte → the message, verified', {
  skip: without('stunnel4'),
}, async t => {
  const directory = tempDir(t);
  const files = certificateIn(directory);
  const peer = await startPeer(t, { ehlo: '250-peer\r\n250-8BITMIME\r\n250 PIPELINING' });
  const port = await freePort();
  const configuration = join(directory, 'stunnel.conf');
  writeFileSync(
    configuration,
    `foreground = yes
pid =
[smtps]
accept = 127.0.0.1:${port}
connect = 127.0.0.1:${peer.port}
cert = ${files.certPath}
key = ${files.keyPath}
`,
  );
  const child = spawn('stunnel4', [configuration], { env: withSbin(), stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
  await waitForPort(port, { signal: t.signal, limitMs: 20_000 });
  const rig = remoteRig(t, { port, control: { tlsdestinations: `=127.0.0.1:${files.certPath}||;s${port}\n` } });
  for (const text of texts) {
    const outcome = await rig.deliver('joe@x.example', { text });
    assert.equal(outcome.kind, 'done', outcome.text);
    assert.equal(outcome.tls?.certificate, 'verified');
  }
  const messages = peer.sessions.flatMap(session => session.messages);
  assert.deepEqual(
    messages.map(({ wire }) => wire),
    texts.map(text => `${text.replaceAll('\n.', '\n..').replaceAll('\n', '\r\n')}.\r\n`),
  );
});
