// Logins at servers that others wrote: Postfix with Dovecot's authentication, and Exim with its own. Both want TLS first.
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { eximHome } from '../support/exim-home.ts';
import { startDovecotAuth } from '../support/login/dovecot-auth.ts';
import { loginSender, relayTls } from '../support/login/login-peer.ts';
import { startPostfix } from '../support/private-postfix.ts';
import { startProgramOnPort } from '../support/program-on-port.ts';
import { without } from '../support/programs.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const needsRoot = process.getuid?.() === 0 ? false : 'it needs root to start';
/** In UTF-8: an é and a blank. */
const account = { user: 'joe@hub.example', password: 'caf\xc3\xa9 = 2,50' };

/** The relay's certificate in files. */
function certificateIn(t: TestContext): { readonly cert: string; readonly key: string } {
  const directory = tempDir(t);
  chmodSync(directory, 0o755);
  const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  writeFileSync(cert, relayTls.cert);
  writeFileSync(key, relayTls.key, { mode: 0o644 });
  return { cert, key };
}

async function startLoginPostfix(t: TestContext, mechanism: string) {
  const { cert, key } = certificateIn(t);
  const socket = await startDovecotAuth(t, account);
  const main = `transport_maps = static:discard:
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
mynetworks =
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = ${key}, ${cert}
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = ${socket}
smtpd_sasl_mechanism_filter = ${mechanism}
`;
  return startPostfix(t, () => main, 'tlsmgr unix - - n 1000? 1 tlsmgr\n');
}

const control = { smtproutes: ':relay.example:587|joe@hub.example|@relay\n' };

for (const mechanism of ['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-256']) {
  test(`Postfix with Dovecot, ${mechanism} → the message is accepted from the user; a wrong password is refused`, {
    skip: needsRoot || without('postfix') || without('dovecot'),
  }, async t => {
    const { port, log } = await startLoginPostfix(t, mechanism);
    const sender = loginSender(t, port, { control, password: account.password });
    const outcome = await sender.deliver({ sender: 'joe@hub.example' });
    assert.equal(outcome.kind, 'done', outcome.text);
    await until('the user in its log', () =>
      log().includes(`sasl_method=${mechanism}, sasl_username=joe@hub.example, sasl_sender=joe@hub.example`),
    );
    sender.setPassword('wrong\n');
    const refused = await sender.deliver({ sender: 'joe@hub.example' });
    assert.equal(refused.kind, 'later', refused.text);
    assert.match(refused.text, /authentication was rejected\.\nRemote host said: 535 5\.7\.8/);
  });
}

const [user, password] = [account.user, account.password];
const authenticators: Readonly<Record<string, string>> = {
  PLAIN: `driver = plaintext
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{${user}}}{eq{$auth3}{${password}}}}}
  server_set_id = $auth2`,
  LOGIN: `driver = plaintext
  server_prompts = Username:: : Password::
  server_condition = \${if and{{eq{$auth1}{${user}}}{eq{$auth2}{${password}}}}}
  server_set_id = $auth1`,
  'CRAM-MD5': `driver = cram_md5
  server_secret = \${if eq{$auth1}{${user}}{${password}}fail}
  server_set_id = $auth1`,
};

for (const [mechanism, authenticator] of Object.entries(authenticators)) {
  test(`Exim, ${mechanism} → the message is accepted from the user; a wrong password is refused`, {
    skip: needsRoot || without('exim4'),
  }, async t => {
    const { cert, key } = certificateIn(t);
    const exim = eximHome(
      t,
      () => `begin routers
all:
  driver = redirect
  data = :blackhole:
begin authenticators
only:
  public_name = ${mechanism}
  server_advertise_condition = \${if def:tls_in_cipher}
  ${authenticator}
`,
      `tls_advertise_hosts = *\ntls_certificate = ${cert}\ntls_privatekey = ${key}\nauth_advertise_hosts = *\n`,
      '  deny !authenticated = *\n',
    );
    const { port } = await startProgramOnPort(t, 'exim4', free => [
      ...['-C', exim.config, '-bdf', '-oX', `127.0.0.1.${free}`, '-odi'],
    ]);
    const sender = loginSender(t, port, { control, password: account.password });
    const outcome = await sender.deliver({ sender: 'joe@hub.example' });
    assert.equal(outcome.kind, 'done', outcome.text);
    await until('the user in its log', () => exim.log().includes(`A=only:joe@hub.example`));
    sender.setPassword('wrong\n');
    const refused = await sender.deliver({ sender: 'joe@hub.example' });
    assert.match(refused.text, /authentication was rejected\.\nRemote host said: 535 /);
  });
}
