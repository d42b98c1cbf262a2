// DSN in a whole host (RFC 3461): a client asks by SMTP, and the sender hears what it has asked for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rawClient } from '../support/raw-client.ts';
import { startPeer } from '../support/smtp-peer.ts';
import { buildTown } from '../support/town.ts';
import { until } from '../support/until.ts';

test('host: DSN by SMTP → a success is told, a forward has the wishes, a failure names the message as the sender does', async t => {
  const peer = await startPeer(t, { ehlo: '250-peer\r\n250-PIPELINING\r\n250 DSN' });
  const town = await buildTown(t, { smtproutes: `far.example:127.0.0.1:${peer.port}` });
  town.write('fred', '.qmail-away', '&bill@far.example\n');
  const client = await rawClient(town.port);
  const offers: string[] = [];
  const say = async (...commands: string[]) => {
    for (const command of commands) {
      client.send(`${command}\r\n`);
      let line = await client.line();
      for (; line[3] === '-'; line = await client.line()) offers.push(line.slice(4));
      assert.match(line, /^[23]/, `${command}: ${line}`);
    }
  };
  await client.line();
  await say('EHLO client.example');
  assert.ok(offers.includes('DSN'));
  await say(
    'MAIL FROM:<joe@heaven.af.mil> RET=HDRS ENVID=E+2B1',
    'RCPT TO:<fred@heaven.af.mil> NOTIFY=SUCCESS,FAILURE',
    'RCPT TO:<fred-away@heaven.af.mil> NOTIFY=SUCCESS ORCPT=rfc822;Fred-Away@old',
    'RCPT TO:<joe-no@heaven.af.mil> NOTIFY=FAILURE',
    'RCPT TO:<fred-no@heaven.af.mil> NOTIFY=NEVER',
    'DATA',
    'Subject: wishes\r\n\r\nThe body.\r\n.',
  );
  client.drop();
  const box = () => town.read('joe', 'Mailbox');
  await until('both notices, and the forward', () => {
    const sent = peer.sessions.some(({ messages }) => messages.length > 0);
    return sent && box().includes('Action: failed') && box().includes('Action: delivered');
  });
  assert.match(town.read('fred', 'Mailbox'), /^Subject: wishes$/m);
  const commands = peer.sessions.flatMap(session => session.commands).filter(line => /^(MAIL|RCPT)/.test(line));
  assert.deepEqual(commands, [
    'MAIL FROM:<joe@heaven.af.mil> RET=HDRS ENVID=E+2B1',
    'RCPT TO:<bill@far.example> NOTIFY=SUCCESS ORCPT=rfc822;Fred-Away@old',
  ]);
  const fields = box().match(/^(?:Original-Envelope-Id|Final-Recipient|Action): .*/gm) ?? [];
  assert.deepEqual(fields.sort(), [
    'Action: delivered',
    'Action: failed',
    'Final-Recipient: rfc822; fred@heaven.af.mil',
    'Final-Recipient: rfc822; joe-no@heaven.af.mil',
    'Original-Envelope-Id: E+1',
    'Original-Envelope-Id: E+1',
  ]);
  assert.doesNotMatch(box(), /The body/);
});
