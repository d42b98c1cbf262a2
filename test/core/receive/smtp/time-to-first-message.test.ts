// Silent clients: they keep no other client out, and they make no progress. A slow one that sends may stay.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openAccessRules } from '../../../../core/control/access-rules.ts';
import { startPackages } from '../../../support/package-rig.ts';
import { type RawClient, rawClient } from '../../../support/raw-client.ts';
import { greetedAtOnce, startSmtp } from '../../../support/smtp-rig.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

/** A service whose clients come from where the test says, and whose time passes when it says so. */
async function service(t: TestContext, relayclients = '') {
  const clock = steppedClock(1_000_000);
  const rules = openAccessRules(tempDir(t), 'smtp');
  let from = '127.0.0.1';
  const rig = await startSmtp(t, {
    control: { relayclients, connectionrate: '0\n' },
    deps: {
      clock: greetedAtOnce(clock),
      access: (client, relay) => rules({ ...client, TCPREMOTEIP: from }, relay),
    },
  });
  async function come(ip: string): Promise<RawClient> {
    from = ip;
    const client = await rawClient(rig.port);
    return client;
  }
  return { rig, clock, come };
}

async function say(client: RawClient, command: string): Promise<string> {
  client.send(`${command}\r\n`);
  return client.line();
}

const hello = '220 heaven.af.mil ESMTP';

/** Sends one message. @returns the last reply */
async function deliver(client: RawClient): Promise<string> {
  assert.equal(await client.line(), hello);
  for (const command of ['MAIL FROM:<a@b>', 'RCPT TO:<joe@heaven.af.mil>', 'DATA']) await say(client, command);
  return say(client, 'x\r\n.');
}

test('smtp: 100 silent connections of this machine → its programs, strangers and relay clients can still send', async t => {
  const { rig, come } = await service(t, '198.51.100.7\n');
  const silent: RawClient[] = [];
  for (let at = 0; at < 100; at++) silent.push(await come(`127.0.0.${at % 3}`));
  await until('all of them', () => rig.log.filter(line => line.includes(' pid ')).length === 100);
  for (const ip of ['127.0.0.1', '192.0.2.1', '198.51.100.7']) {
    assert.match(await deliver(await come(ip)), /^250 ok/, ip);
  }
  assert.equal(await silent[0]?.rest(), `${hello}\r\n421 too many connections, try again later (#4.3.2)\r\n`);
  assert.ok(rig.log.includes('smtpd: dropped 1 127.0.0.0: others need its place'), rig.log[0]);
  assert.equal(rig.taken.length, 3);
});

test('smtp: strangers hold all their slots silently → this machine sends at once, strangers after ten seconds', async t => {
  const { clock, come } = await service(t);
  for (let at = 0; at < 80; at++) await come(`192.0.2.${at}`);
  assert.match(await deliver(await come('127.0.0.1')), /^250 ok/);
  assert.match(await (await come('203.0.113.1')).line(), /^421 too many connections/);
  clock.pass(10_000);
  assert.match(await deliver(await come('203.0.113.1')), /^250 ok/);
});

test('smtp: a minute of commands without a message → 421, however many there are', async t => {
  const { rig, clock, come } = await service(t);
  const client = await come('192.0.2.1');
  await client.line();
  for (const _ of '12345') {
    clock.pass(11_000);
    assert.equal(await say(client, 'NOOP'), '250 ok');
  }
  clock.pass(5000);
  assert.equal(await client.rest(), '421 no message for too long, try again later (#4.4.2)\r\n');
  assert.ok(rig.log.includes('smtpd: dropped 1 192.0.2.1: no message within 60 seconds'));
});

test('smtp: each step towards a message adds five seconds, and a message that has started has no limit', async t => {
  const { clock, come } = await service(t);
  const client = await come('192.0.2.1');
  await client.line();
  clock.pass(59_000);
  for (const command of ['MAIL FROM:<a@b>', 'RCPT TO:<joe@heaven.af.mil>', 'RCPT TO:<ann@heaven.af.mil>']) {
    assert.equal(await say(client, command), '250 ok');
    clock.pass(4000);
  }
  assert.equal(await say(client, 'DATA'), '354 go ahead');
  for (let minute = 0; minute < 30; minute++) {
    client.send(`${'x'.repeat(100)}\r\n`.repeat(11));
    await new Promise(resolve => setImmediate(resolve));
    clock.pass(60_000);
  }
  assert.match(await say(client, '.'), /^250 ok/);
});

test('smtp: recipients are named for more than ten minutes → 421', async t => {
  const { clock, come } = await service(t);
  const client = await come('192.0.2.1');
  await client.line();
  await say(client, 'MAIL FROM:<a@b>');
  for (let at = 0; at < 149; at++) {
    assert.equal(await say(client, `RCPT TO:<u${at}@heaven.af.mil>`), '250 ok');
    clock.pass(4000);
  }
  clock.pass(5000);
  assert.match(await client.rest(), /^421 no message for too long/);
});

test('smtp: a relay client, whose link may be slow → five minutes', async t => {
  const { clock, come } = await service(t, '198.51.100.7\n');
  const client = await come('198.51.100.7');
  await client.line();
  clock.pass(299_000);
  assert.equal(await say(client, 'NOOP'), '250 ok');
  clock.pass(1000);
  assert.match(await client.rest(), /^421 no message for too long/);
});

test('smtp: a client that has sent its message → may be silent for control/timeoutsmtpd', async t => {
  const { clock, come } = await service(t);
  const client = await come('192.0.2.1');
  assert.match(await deliver(client), /^250 ok/);
  clock.pass(600_000);
  assert.equal(await say(client, 'NOOP'), '250 ok');
});

test('qmtp: a minute without a message → the end; a message that has started has no limit', async t => {
  const clock = steppedClock(1_000_000);
  const rig = await startPackages(t, 'qmtp', { from: '192.0.2.1', deps: { clock } });
  const [silent, slow] = [await rawClient(rig.port), await rawClient(rig.port)];
  silent.send('20');
  slow.send('6:\nHi');
  await until('both', () => rig.log.filter(line => line.includes(' pid ')).length === 2);
  await new Promise(resolve => setTimeout(resolve, 50));
  clock.pass(60_000);
  assert.equal(await silent.rest(), '');
  assert.ok(rig.log.includes('qmtpd: dropped 1 192.0.2.1: no message within 60 seconds'), rig.log.join('\n'));
  clock.pass(600_000);
  slow.send('you,3:a@b,21:17:joe@heaven.af.mil,,');
  assert.match(await slow.line().catch(error => String(error)), /Kok/);
});
