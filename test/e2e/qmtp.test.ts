// Two hosts with QMTP between them: what one queues is in the other's Maildir, byte for byte.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { initHome, serve, waypost } from '../support/host-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

test('two hosts, QMTP: mail for the other → in its Maildir; for an unknown user there → returned with its reply', async t => {
  const directory = tempDir(t);
  const shore = await initHome(directory, 'shore.example', 'ines');
  const there = await serve(t, shore.home, ['--qmtp', '127.0.0.1:0']);
  const route = `127.0.0.1:${there.ready.qmtp?.port}`;
  const boat = await initHome(directory, 'boat.example', 'ann', {
    qmtproutes: `shore.example:${route}\nelse.example:${route}\n`,
  });
  const here = await serve(t, boat.home, []);

  const text = 'From: ann@boat.example\nTo: ines@shore.example\nSubject: dots\n\n.\n..\nfrom\rhere\xff\n';
  const sent = await waypost(['sendmail', '--home', boat.home, '-f', 'ann@boat.example', 'ines@shore.example'], {
    input: Buffer.from(text, 'latin1'),
  });
  assert.equal(sent.code, 0, sent.stderr);
  const arrived = await until('the letter', () => texts(shore.maildir)[0]);
  assert.match(arrived, /with QMTP; /);
  assert.ok(arrived.endsWith('\n\n.\n..\nfrom\rhere\xff\n'), arrived);

  await waypost(['sendmail', '--home', boat.home, '-f', 'ann@boat.example', 'x@else.example'], { input: text });
  const bounce = await until('the bounce', () => texts(boat.maildir).find(mail => mail.includes('x@else.example')));
  assert.match(
    bounce,
    /127\.0\.0\.1 does not like recipient\.\nRemote host said: sorry, that domain isn't in my list of allowed rcpthosts \(#5\.7\.1\)\n/,
  );
  assert.equal(await here.stop(), 0);
  assert.equal(await there.stop(), 0);
});

test('QMTP, the other host is down → the mail waits and says why; with SIGALRM it goes when the host is back', async t => {
  const directory = tempDir(t);
  const shore = await initHome(directory, 'shore.example', 'ines');
  const first = await serve(t, shore.home, ['--qmtp', '127.0.0.1:0']);
  const port = first.ready.qmtp?.port;
  await first.stop();
  const boat = await initHome(directory, 'boat.example', 'ann');
  writeFileSync(join(boat.home, 'control', 'qmtproutes'), `:127.0.0.1:${port}\n`);
  const here = await serve(t, boat.home, []);
  await waypost(['sendmail', '--home', boat.home, 'ines@shore.example'], { input: 'Subject: late\n\nHi.\n' });
  await until('the deferral', () => here.log().includes("deferral: Sorry,_I_wasn't_able_to_establish"));
  await serve(t, shore.home, ['--qmtp', `127.0.0.1:${port}`]);
  process.kill(here.ready.pid, 'SIGALRM');
  assert.match(await until('the letter', () => texts(shore.maildir)[0]), /Subject: late/);
});

function texts(maildir: string): string[] {
  const folder = join(maildir, 'new');
  return readdirSync(folder).map(name => readFileSync(join(folder, name), 'latin1'));
}
