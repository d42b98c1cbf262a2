// TLS to servers that others wrote: Postfix and Exim with STARTTLS, Postfix and OpenSSL with TLS from the first byte.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { issue } from '../support/certificates.ts';
import { startPostfix } from '../support/private-postfix.ts';
import { without } from '../support/programs.ts';
import { remoteRig } from '../support/remote-rig.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const needsRoot = process.getuid?.() === 0 ? false : 'it needs root to start';

/** A certificate for 127.0.0.1, in the files that servers read. */
function certificateIn(directory: string): { readonly certPath: string; readonly keyPath: string } {
  const { cert, key } = issue({ subject: 'relay.example', names: ['relay.example', '127.0.0.1'] });
  const [certPath, keyPath] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  writeFileSync(certPath, cert);
  writeFileSync(keyPath, key);
  return { certPath, keyPath };
}

/** Postfix accepts everything, and forgets it. */
function startTlsPostfix(t: TestContext) {
  const { certPath, keyPath } = certificateIn(tempDir(t));
  const main = `relay_domains = static:all
transport_maps = static:discard:
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = ${keyPath}, ${certPath}
smtpd_tls_loglevel = 1
`;
  return startPostfix(t, () => main, 'tlsmgr unix - - n 1000? 1 tlsmgr\n');
}

test('Postfix, STARTTLS required: small, large and several messages → accepted within TLS', {
  skip: needsRoot || without('postfix'),
}, async t => {
  const { port, log } = await startTlsPostfix(t);
  const rig = remoteRig(t, { port });
  for (const text of ['Subject: t\n\nhi\n', `Subject: t\n\n${'.line \xe4\n'.repeat(200_000)}`, '']) {
    const outcome = await rig.deliver('joe@x.example', { text });
    assert.equal(outcome.kind, 'done', outcome.text);
  }
  await until('the handshake in its log', () => /Anonymous TLS connection established from .*TLSv1\.3/.test(log()));
  assert.equal(log().match(/TLS connection established/g)?.length, 1);
});
