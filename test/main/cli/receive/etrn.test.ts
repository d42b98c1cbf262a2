// ETRN in the program qmail-smtpd: the host that runs on the home is asked, and sends what waits.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { giveToOwner, initHome, serve, waypost } from '../../../support/host-process.ts';
import { startPeer } from '../../../support/smtp-peer.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

test('qmail-smtpd: ETRN → the running host sends the mail of the link; none runs → 458; no link has a node → unknown', async t => {
  const directory = tempDir(t);
  const peer = await startPeer(t);
  const { home } = await initHome(directory, 'hub.example', 'ines');
  const session = async (...commands: string[]) => {
    const input = [...commands, 'QUIT', ''].join('\r\n');
    const { stdout } = await waypost(['qmail-smtpd', '--home', home], { input, env: { TCPREMOTEIP: '192.0.2.9' } });
    return stdout.split('\r\n');
  };
  const without = await session('EHLO site.example', 'ETRN site.example');
  assert.ok(!without.join().includes('ETRN'), without.join());
  assert.ok(without.includes('502 unimplemented (#5.5.1)'));

  mkdirSync(join(home, 'control/links'));
  const link = `carries site.example\nserver 127.0.0.1:${peer.port}\netrn-node site.example\n`;
  writeFileSync(join(home, 'control/links/site'), link);
  giveToOwner(directory);
  const alone = await session('EHLO site.example', 'ETRN site.example', 'NOOP');
  assert.ok(alone.includes('250-ETRN'), alone.join());
  const refused = alone.indexOf('458 Unable to queue messages: no mail host runs here (#4.3.2)');
  // What was said after it was answered after it.
  assert.equal(alone[refused + 1], '250 ok', alone.join());

  const host = await serve(t, home, []);
  assert.equal(
    (await waypost(['sendmail', '--home', home, 'joe@site.example'], { input: 'Subject: x\n\nx\n' })).code,
    0,
  );
  await until('the message', () => readdirSync(join(home, 'serial/site/Maildir/new')).length === 1);
  const asked = await session(
    'EHLO x',
    'ETRN strange.example',
    'MAIL FROM:<>',
    'ETRN site.example',
    'RSET',
    'ETRN site.example',
  );
  assert.deepEqual(
    asked.filter(line => line.includes('ode') || line.startsWith('503')).map(line => line.slice(0, 3)),
    ['459', '503', '250'],
  );
  await until('its mail', () => peer.sessions.some(({ messages }) => messages.length === 1));
  assert.equal(await host.stop(), 0);
});
