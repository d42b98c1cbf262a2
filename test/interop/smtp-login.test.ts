// A whole host with a certificate and a user: Python's smtplib logs in inside TLS and sends.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { initHome, serve, waypost } from '../support/host-process.ts';
import { runProgram, without } from '../support/programs.ts';
import { tempDir } from '../support/temp-dir.ts';

const script = `
import smtplib, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[2])
with smtplib.SMTP('localhost', int(sys.argv[1])) as s:
    s.starttls(context=context)
    try:
        s.login('ann', 'guess')
    except smtplib.SMTPAuthenticationError as e:
        print(e.smtp_code)
    print(s.login('ann', 'secret')[0])
    print(s.sendmail('ann@me.example', ['x@elsewhere.example'], b'Subject: t\\r\\n\\r\\nhi\\r\\n'))
`;

test('smtplib: login inside TLS → may send anywhere', { skip: without('python3') }, async t => {
  const directory = tempDir(t);
  const { home, maildir } = await initHome(directory, 'me.example', 'ann', { smtproutes: ':127.0.0.1:1\n' });
  mkdirSync(join(home, 'tls'));
  cpSync(join(import.meta.dirname, '../fixtures/tls'), join(home, 'tls'), { recursive: true });
  const made = await waypost(['passwd', '--home', home, 'ann', maildir], { input: 'secret\n' });
  assert.equal(made.code, 0, made.stderr);
  const host = await serve(t, home, ['--smtp', '127.0.0.1:0']);
  const printed = await runProgram('python3', [
    '-c',
    script,
    String(host.ready.smtp?.port),
    join(home, 'tls', 'cert.pem'),
  ]);
  assert.equal(printed, '535\n235\n{}\n');
  assert.doesNotMatch(host.log(), /secret|guess/);
});
