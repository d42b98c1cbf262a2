// A host that root runs logs in at a relay with a password that only the host's user can read.
import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { issue } from '../support/certificates.ts';
import { serve, waypost } from '../support/host-process.ts';
import { loginServer } from '../support/login/login-peer.ts';
import { initAsRoot, notRoot, rootsUsers } from '../support/root-home.ts';
import { startPeer } from '../support/smtp-peer.ts';
import { until } from '../support/until.ts';

test('root’s host: waypost login as root → the file is the host’s, and mail goes through the relay', {
  skip: notRoot,
}, async t => {
  const { home, mailHome } = await initAsRoot(t);
  const ca = issue({ subject: 'Test CA', isCa: true });
  const { cert, key } = issue({ subject: 'relay.example', names: ['127.0.0.1'], issuer: ca });
  const peer = await startPeer(t, {
    ehlo: '250-relay.example\r\n250 STARTTLS',
    starttls: '220 go',
    ehloWithinTls: '250-relay.example\r\n250 AUTH SCRAM-SHA-256',
    tls: { cert, key },
    login: loginServer({ user: 'joe', password: 'hunter2' }, ['SCRAM-SHA-256']),
  });
  const stored = await waypost(['login', '--home', home, 'relay'], { input: 'hunter2\n' });
  assert.equal(stored.code, 0, stored.stderr);
  const { uid, gid, mode } = statSync(join(home, 'secrets/relay'));
  assert.deepEqual([uid, gid, mode & 0o777], [rootsUsers.host.uid, rootsUsers.host.gid, 0o600]);
  writeFileSync(join(home, 'control/smtproutes'), `:[127.0.0.1]:${peer.port}|joe|@relay\n`);
  const caFile = join(mailHome, '..', 'ca.pem');
  writeFileSync(caFile, ca.cert);
  const host = await serve(t, home, ['--smtp', '127.0.0.1:0'], { env: { NODE_EXTRA_CA_CERTS: caFile } });
  const sent = ['sendmail', '--home', home, '-f', 'joe@h.example', 'ann@far.example'];
  assert.equal((await waypost(sent, { input: 'Subject: x\n\nHello.\n' })).code, 0);
  await until('the message at the relay', () => peer.sessions.some(({ messages }) => messages.length > 0)).catch(
    error => {
      throw new Error(`${error.message}\n${host.log()}`);
    },
  );
  assert.equal(await host.stop(), 0);
});
