// The sending step of a link within TLS: the server's certificate on the terms of the link's file, sessions that are resumed, and
// servers that have no TLS after all.
import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { createSecureContext, TLSSocket } from 'node:tls';
import { issue } from '../../../support/certificates.ts';
import { sendStepRig } from '../../../support/send-step-rig.ts';
import { acceptingSmtp } from '../../../support/serial-rig.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const ca = issue({ subject: 'Some CA', isCa: true });
const right = issue({ subject: 'hub', names: ['127.0.0.1'], issuer: ca });
const fingerprint = createHash('sha256').update(new X509Certificate(right.cert).raw).digest('hex');

async function listen(t: TestContext, serve: (socket: Duplex) => void): Promise<number> {
  const server = createServer(socket => serve(socket.on('error', () => {}))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** An SMTP server within TLS, which can resume sessions; and what it accepts. */
function hub(tls: 'starttls' | 'implicit', { cert, key } = right) {
  const accepted: string[] = [];
  const secureContext = createSecureContext({ cert, key });
  const inTls = (socket: Duplex) =>
    new TLSSocket(socket as never, { isServer: true, secureContext }).on('error', () => {});
  return {
    accepted,
    serve(socket: Duplex) {
      if (tls === 'implicit') return acceptingSmtp(accepted)(inTls(socket));
      socket.write('220 hub\r\n');
      socket.on('data', function answer(piece: Buffer) {
        if (piece.toString().startsWith('EHLO')) return void socket.write('250-hub\r\n250 STARTTLS\r\n');
        socket.off('data', answer).pause();
        socket.write('220 go\r\n');
        const secured = inTls(socket);
        secured.once('secure', () => acceptingSmtp(accepted, 'PIPELINING', undefined, true)(secured));
      });
    },
  };
}

function rigFor(t: TestContext, lines: string) {
  const authority = join(tempDir(t), 'ca.pem');
  writeFileSync(authority, ca.cert);
  return sendStepRig(t, `server 127.0.0.1\n${lines}`.replace('CA', authority));
}

for (const tls of ['starttls', 'implicit'] as const) {
  test(`link tls, ${tls} → sent within verified TLS, its lines and its bytes are noted; the next contact resumes and has fewer`, async t => {
    const { accepted, serve } = hub(tls);
    const port = await listen(t, serve);
    const rig = rigFor(t, `tls ${tls}\nauthority CA\nmetered yes\n`);
    for (const name of ['1', '2', '3']) {
      rig.put(name, 'c@d.example', '\nHi.\n');
      assert.deepEqual(await rig.send(port), { ok: true, says: '' });
    }
    assert.deepEqual([accepted.length, rig.left()], [3, []]);
    const noted = [...rig.transcript().matchAll(/TLS 1\.3(, resumed)?, after (\d+) bytes/g)];
    const [first, second, third] = noted.map(([, resumed, bytes]) => ({
      isResumed: resumed !== undefined,
      bytes: Number(bytes),
    }));
    assert.deepEqual([first?.isResumed, second?.isResumed, third?.isResumed], [false, true, true]);
    t.diagnostic(`${first?.bytes} bytes, then ${second?.bytes}`);
    assert.ok((second?.bytes ?? 0) < (first?.bytes ?? 0), rig.transcript());
    assert.match(rig.transcript(), /> RCPT TO:<c@d\.example>/);
  });
}

const terms: readonly (readonly [what: string, lines: string, server: typeof right, says: RegExp | 'sent'])[] = [
  ['the right fingerprint', `certificate ${fingerprint}`, right, 'sent'],
  ['another fingerprint', `certificate ${'ab'.repeat(32)}`, right, /not accepted: its fingerprint is [0-9a-f]{64}$/],
  ['any certificate', 'certificate any', issue({ subject: 'x' }), 'sent'],
  [
    'an authority that is not known',
    'certificate verified',
    right,
    /not accepted: the certificate is signed by an authority/,
  ],
  ['another name', 'authority CA', issue({ subject: 'other', issuer: ca }), /the certificate is not for 127\.0\.0\.1$/],
  [
    'expired',
    'authority CA',
    issue({ subject: '127.0.0.1', issuer: ca, days: [-9, -1] }),
    /the certificate has expired$/,
  ],
  [
    'a file of authorities that is not there',
    'authority /nowhere/ca.pem',
    right,
    /certificates in \/nowhere\/ca\.pem cannot be read/,
  ],
];

for (const [what, lines, server, says] of terms) {
  test(`link tls: ${what} → ${says === 'sent' ? 'sent' : 'nothing is sent, and said in words'}`, async t => {
    const { accepted, serve } = hub('implicit', server);
    const rig = rigFor(t, `tls implicit\n${lines}\n`);
    rig.put('1', 'c@d.example', '\nHi.\n');
    const result = await rig.send(await listen(t, serve));
    if (says === 'sent') assert.deepEqual([result, accepted.length], [{ ok: true, says: '' }, 1]);
    else {
      assert.match(result.says, says);
      assert.deepEqual([result.ok, accepted.length, rig.left()], [false, 0, ['1']]);
    }
  });
}

const without: readonly (readonly [what: string, replies: readonly string[], says: RegExp])[] = [
  ['does not offer it', ['220 hub\r\n', '250 hub\r\n'], /does not offer STARTTLS, and nothing is sent without TLS/],
  ['refuses it', ['220 hub\r\n', '250-hub\r\n250 STARTTLS\r\n', '454 not now\r\n'], /refuses STARTTLS.*: 454 not now/],
  [
    'says something before the handshake',
    ['220 hub\r\n', '250-hub\r\n250 STARTTLS\r\n', '220 go\r\n250 x\r\n'],
    /between STARTTLS and TLS/,
  ],
  [
    'goes on in the clear',
    ['220 hub\r\n', '250-hub\r\n250 STARTTLS\r\n', '220 go\r\n', '250 x\r\n'],
    /TLS failed: the server does not answer with TLS/,
  ],
];

for (const [what, [greeting = '', ...replies], says] of without) {
  test(`link tls: a server that ${what} → nothing is sent in the clear`, async t => {
    const said: string[] = [];
    const port = await listen(t, socket => {
      const left = [...replies];
      socket.write(greeting);
      socket.on('data', piece => {
        said.push(String(piece));
        socket.write(left.shift() ?? '250 x\r\n');
      });
    });
    const rig = rigFor(t, 'tls starttls\n');
    rig.put('1', 'c@d.example', '\nHi.\n');
    const result = await rig.send(port);
    assert.match(result.says, says);
    assert.deepEqual([result.ok, rig.left()], [false, ['1']]);
    assert.doesNotMatch(said.join(''), /MAIL|RCPT/);
  });
}
