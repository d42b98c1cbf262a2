// A host that root runs, as `waypost serve` starts it: each user's mail is delivered as that user, whoever that may be.
import assert from 'node:assert/strict';
import { chmodSync, chownSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { initHome, serve, waypost } from '../support/host-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const [uid, gid] = [54321, 54322];

test('a host of root: mail for a user whom no passwd file knows → Maildir, programs and forwards as that user', {
  skip: process.getuid?.() !== 0 && 'not root',
}, async t => {
  const dir = tempDir(t);
  chmodSync(dir, 0o755);
  const { home, mailHome, maildir } = await initHome(dir, 'h.example', 'joe');
  const assign = readFileSync(join(home, 'users/assign'), 'latin1');
  writeFileSync(join(home, 'users/assign'), assign.replaceAll(':joe:0:0:', `:joe:${uid}:${gid}:`));
  const rules = ['./Maildir/', '|id -u; id -G', '|except false', '|forward "$LOCAL-copy@$HOST"'];
  writeFileSync(join(mailHome, '.qmail'), `${rules.join('\n')}\n`);
  writeFileSync(join(mailHome, '.qmail-copy'), './Maildir/\n');
  writeFileSync(join(mailHome, '.qmail-closed'), `|cat ${home}/control/me\n`);
  for (const name of ['', ...(readdirSync(mailHome, { recursive: true }) as string[])])
    chownSync(join(mailHome, name), uid, gid);
  const host = await serve(t, home, []);
  const send = (to: string) =>
    waypost(['sendmail', '--home', home, '-f', 'a@b.example', to], { input: 'Subject: x\n\nHello.\n' });

  await send('joe@h.example');
  const stored = () => readdirSync(join(maildir, 'new'));
  await until('both copies', () => stored().length === 2);
  for (const name of stored()) {
    const { uid: owner, gid: group, mode } = statSync(join(maildir, 'new', name));
    assert.deepEqual([owner, group, mode & 0o777], [uid, gid, 0o600]);
  }
  assert.match(host.log(), new RegExp(`: success: ${uid}/${gid}/forward:_qp_\\d+/did_1\\+0\\+3/`));

  await send('joe-closed@h.example');
  await until('the report', () => /deferral: cat:_.*Permission_denied/.test(host.log()));
  assert.equal(await host.stop(), 0);
});
