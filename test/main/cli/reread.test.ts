// A running host and changed control files: what SIGHUP brings, and what needs none (control.md 3 and vector 9).
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { initHome, serve, waypost } from '../../support/host-process.ts';
import { rawClient } from '../../support/raw-client.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

test('serve: control.md vector 9, locals changed → remote before SIGHUP, local after it; an unreadable one → alert', async t => {
  const control = { smtproutes: ':127.0.0.1:9\n', rcpthosts: 'heaven.af.mil\nextra.example\n' };
  const { home } = await initHome(tempDir(t), 'heaven.af.mil', 'fred', control);
  const host = await serve(t, home, []);
  const send = () => waypost(['sendmail', '--home', home, 'fred@extra.example'], { input: 'Subject: x\n\nx\n' });
  const logged = (pattern: RegExp) => until(String(pattern), () => pattern.test(host.log()));
  writeFileSync(join(home, 'control/locals'), 'heaven.af.mil\nextra.example\n');
  await send();
  await logged(/starting delivery \d+: msg \d+ to remote fred@extra\.example/);
  const explain = async () => (await waypost(['explain', '--home', home, 'fred@extra.example'])).stdout;
  assert.match(
    await explain(),
    /locals:2: extra\.example is listed here, but the host has not read it yet: send it SIGHUP\./,
  );
  process.kill(host.ready.pid, 'SIGHUP');
  await logged(/status: control files read again/);
  assert.match(await explain(), /locals:2: extra\.example is delivered here\./);
  await send();
  await logged(/starting delivery \d+: msg \d+ to local fred@extra\.example/);
  rmSync(join(home, 'control/locals'));
  mkdirSync(join(home, 'control/locals'));
  process.kill(host.ready.pid, 'SIGHUP');
  await logged(/^alert: unable to reread control\/locals$/m);
  await send();
  await until('a second local delivery', () => host.log().match(/to local fred@extra\.example/g)?.length === 2);
});

test('serve: rcpthosts and morercpthosts.cdb changed → the next client meets them, without SIGHUP', async t => {
  const { home } = await initHome(tempDir(t), 'here.example', 'ines');
  const host = await serve(t, home, ['--smtp', '127.0.0.1:0']);
  const replyFor = async (domain: string) => {
    const client = await rawClient(host.ready.smtp?.port ?? 0);
    await client.line();
    client.send(`HELO a\r\nMAIL FROM:<>\r\nRCPT TO:<x@${domain}>\r\nQUIT\r\n`);
    return (await client.rest()).split('\r\n')[2]?.slice(0, 3);
  };
  assert.equal(await replyFor('one.example'), '553');
  writeFileSync(join(home, 'control/rcpthosts'), 'here.example\none.example\n');
  writeFileSync(join(home, 'control/morercpthosts'), 'Two.example\n');
  assert.deepEqual([await replyFor('one.example'), await replyFor('two.example')], ['250', '553']);
  const explained = await waypost(['explain', '--home', home, 'x@one.example']);
  assert.match(explained.stdout, /rcpthosts:2: Strangers may send mail for one\.example to this host by SMTP\./);
  assert.equal((await waypost(['qmail-newmrh', '--home', home])).code, 0);
  assert.equal(await replyFor('two.example'), '250');
});
