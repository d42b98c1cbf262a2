// What cron says on a machine with a provider: root's mail goes to the one address, from the account's, on a real host.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initHome, serve, waypost } from '../support/host-process.ts';
import { startPeer } from '../support/smtp-peer.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

test('mail from cron to root → leaves for adminaddr as allmailfrom says; refused: the bounce is for adminaddr too, from nobody', async t => {
  const peer = await startPeer(t, { dot: ['250 ok', '550 5.7.1 no', '250 ok'] });
  const { home } = await initHome(tempDir(t), 'pc.lan', 'ann', {
    adminaddr: 'ann@isp.example\n',
    allmailfrom: 'ann@isp.example\n',
    smtproutes: `:127.0.0.1:${peer.port}\n`,
  });
  const host = await serve(t, home, []);
  const cron = async () => {
    const input = 'From: root (Cron Daemon)\nTo: root\nSubject: Cron <root@pc> backup\n\ndone\n';
    const sent = await waypost(['sendmail', '--home', home, '-i', '-f', 'root', 'root'], { input });
    assert.deepEqual(sent, { code: 0, stdout: '', stderr: '' });
  };
  const messages = () => peer.sessions.flatMap(({ messages: all }) => all);
  const mails = () => peer.sessions.flatMap(({ commands }) => commands.filter(line => line.startsWith('MAIL ')));

  await cron();
  const [first] = await until('the first message', () => (messages().length === 1 ? messages() : undefined));
  assert.deepEqual(first?.recipients, ['ann@isp.example']);
  assert.match(
    first?.wire ?? '',
    /^From: ann@isp\.example \(Cron Daemon\)\r\nReply-To: root@pc\.lan \(Cron Daemon\)\r$/m,
  );
  await until('the log', () => host.log().includes('Sent_as_ann@isp.example,_see_control/allmailfrom.'));

  await cron();
  const third = (await until('the bounce', () => (messages().length === 3 ? messages() : undefined)))[2];
  assert.deepEqual(third?.recipients, ['ann@isp.example']);
  assert.match(third?.wire ?? '', /^From: ann@isp\.example\r$/m);
  assert.match(third?.wire ?? '', /^Subject: failure notice\r$/m);
  assert.doesNotMatch(third?.wire ?? '', /^Reply-To: MAILER-DAEMON/m);
  assert.deepEqual(mails(), ['MAIL FROM:<ann@isp.example>', 'MAIL FROM:<ann@isp.example>', 'MAIL FROM:<>']);
});
