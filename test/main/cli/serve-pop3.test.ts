// POP3 of a real host: logins of its passwd file in the clear, after STLS and within TLS, and a checkpassword program.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { initHome, serve, waypost } from '../../support/host-process.ts';
import { makeMaildir } from '../../support/pop3-rig.ts';
import { without } from '../../support/programs.ts';
import { tempDir } from '../../support/temp-dir.ts';

const run = promisify(execFile);
const fixtures = join(import.meta.dirname, '../../fixtures/tls');

const script = `
import poplib, ssl, sys
context = ssl._create_unverified_context()
def visit(p, name, password):
    p.user(name); p.pass_(password)
    print(p.stat(), p.retr(1)[1][-1])
    p.quit()
pop3, pop3s, name, password = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
visit(poplib.POP3('127.0.0.1', pop3), name, password)
if pop3s:
    p = poplib.POP3('127.0.0.1', pop3); p.stls(context); visit(p, name, password)
    visit(poplib.POP3_SSL('127.0.0.1', pop3s, context=context), name, password)
`;

test('serve: POP3 in the clear, STLS and POP3S for a name of passwd that is not a user → its Maildir', {
  skip: without('python3'),
}, async t => {
  const directory = tempDir(t);
  chmodSync(directory, 0o755);
  const { home } = await initHome(directory, 'here.example', 'ann');
  const maildir = makeMaildir(join(directory, 'box'));
  await waypost(['passwd', '--home', home, 'box@here.example', maildir], { input: 'sesame\n' });
  mkdirSync(join(home, 'tls'), { recursive: true });
  for (const name of ['cert.pem', 'key.pem']) copyFileSync(join(fixtures, name), join(home, 'tls', name));
  const { ready, stop, log } = await serve(t, home, ['--pop3', '127.0.0.1:0', '--pop3s', '127.0.0.1:0']);
  const args = [String(ready.pop3?.port), String(ready.pop3s?.port), 'box@here.example', 'sesame'];
  const { stdout } = await run('python3', ['-c', script, ...args]);
  assert.equal(stdout, "(3, 80) b'..'\n".repeat(3), log());
  assert.equal(await stop(), 0);
  assert.ok(!log().includes('sesame'));
});

test('serve --checkpassword: the program says who comes in, and where', { skip: without('python3') }, async t => {
  const directory = tempDir(t);
  chmodSync(directory, 0o755);
  const { home } = await initHome(directory, 'here.example', 'ann');
  makeMaildir(join(directory, 'Maildir'));
  const program = join(directory, 'check');
  const check = `case "$(tr '\\0' ' ' <&3)" in "jim tanstaaf "*) cd ${directory} && exec "$@";; esac; exit 1`;
  writeFileSync(program, `#!/bin/sh\n${check}\n`, { mode: 0o755 });
  const host = await serve(t, home, ['--pop3', '127.0.0.1:0', '--checkpassword', program]);
  const fetch = (password: string) =>
    run('python3', ['-c', script, String(host.ready.pop3?.port), '0', 'jim', password]);
  assert.equal((await fetch('tanstaaf')).stdout, "(3, 80) b'..'\n", host.log());
  await assert.rejects(fetch('wrong'), /-ERR authorization failed/);
});

test('serve --pop3s: without a certificate → one clear line, exit code 1', async t => {
  const { home } = await initHome(tempDir(t), 'here.example', 'ann');
  const { code, stderr } = await waypost(['serve', '--home', home, '--pop3s', '127.0.0.1:0']);
  assert.equal(code, 1);
  assert.match(stderr, /^serve: fatal: POP3 within TLS needs .*tls\/cert\.pem and key\.pem\.\n$/);
});
