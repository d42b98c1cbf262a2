// What a client gets by its address: access rules, and limits for strangers.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { rawClient } from '../../support/raw-client.ts';
import { greetedAtOnce, startSmtp, vectorClock } from '../../support/smtp-rig.ts';
import { until } from '../../support/until.ts';

/** Says a whole transaction at once and tells every answer after the greeting. */
async function transact(t: TestContext, rules: string, recipient: string, body: string, databytes = '0') {
  const rig = await startSmtp(t, { control: { 'tcp.smtp': rules, databytes: `${databytes}\n` } });
  const client = await rawClient(rig.port);
  client.send(`MAIL FROM:<a@b>\r\nRCPT TO:<${recipient}>\r\nDATA\r\n`);
  const replies = [await client.line(), await client.line(), await client.line(), await client.line()];
  if (replies[3]?.startsWith('354')) client.send(`${body}.\r\n`);
  client.send('QUIT\r\n');
  const rest = await client.rest();
  return { rig, replies, after: rest.split('\r\n')[0] };
}

test('smtp: tcp.smtp says deny → 554 instead of the greeting, and a line in the log', async t => {
  const rig = await startSmtp(t, { control: { 'tcp.smtp': '127.:deny\n' } });
  const client = await rawClient(rig.port);
  assert.equal(await client.rest(), '554 sorry, mail is not taken from your address (#5.7.1)\r\n');
  const line = 'smtpd: deny 1 127.0.0.1: control/tcp rules';
  assert.ok(rig.log.includes(line), rig.log.join('\n'));
});

test('smtp: tcp.smtp is invalid → 421, no client is refused permanently', async t => {
  const rig = await startSmtp(t, { control: { 'tcp.smtp': '127.:no\n' } });
  const client = await rawClient(rig.port);
  assert.equal(await client.rest(), '421 unable to read controls (#4.3.0)\r\n');
  assert.ok(rig.log.some(line => line.startsWith('smtpd: alert: ') && line.includes('127.:no')));
});

test('smtp: smtpd.md 6, RELAYCLIENT=.fix → appended to the recipient', async t => {
  const { rig, after } = await transact(t, '127.0.0.1:allow,RELAYCLIENT=".fix"\n', 'x@elsewhere.org', '');
  assert.match(after ?? '', /^250 ok/);
  assert.equal(rig.taken[0]?.envelope, 'Fa@b\0Tx@elsewhere.org.fix\0\0');
});

const sizes: [dataBytes: string, body: string, code: string][] = [
  ['10', '12345678\r\n\r\n', '250'],
  ['10', '123456789\r\n\r\n', '552'],
  ['0', '123456789\r\n\r\n', '250'],
  ['', '123456789\r\n\r\n', '250'],
  ['12abc', '12345678901\r\n', '250'],
];

for (const [dataBytes, body, code] of sizes) {
  test(`smtp: smtpd.md 5, DATABYTES=${dataBytes} instead of control/databytes, ${body.length} bytes on the wire → ${code}`, async t => {
    const { after } = await transact(t, `:allow,DATABYTES="${dataBytes}"\n`, 'joe@heaven.af.mil', body, '5');
    assert.equal(after?.slice(0, 3), code);
  });
}

test('smtp: QMAILQUEUE in a rule → it is in the environment of its messages', async t => {
  const seen: unknown[] = [];
  const rig = await startSmtp(t, {
    control: { 'tcp.smtp': '127.:allow,QMAILQUEUE="/bin/filter"\n' },
    deps: {
      accept: environment => {
        seen.push(environment.QMAILQUEUE, environment.TCPREMOTEIP, environment.TCPLOCALHOST);
        return async () => ({ ok: true, id: 1, qp: 1 });
      },
    },
  });
  await (await rawClient(rig.port)).line();
  assert.deepEqual(seen, ['/bin/filter', '127.0.0.1', 'heaven.af.mil']);
});

/** Clients that come one after the other and progress; what each is greeted with. The rules make strangers of them. */
async function greetings(t: TestContext, control: Record<string, string>, count: number) {
  const rules = ':allow,TCPREMOTEIP="192.0.2.1"\n';
  const rig = await startSmtp(t, {
    control: { 'tcp.smtp': rules, ...control },
    deps: { clock: greetedAtOnce(vectorClock) },
  });
  const clients = [];
  const greeted: string[] = [];
  for (let n = 0; n < count; n++) {
    const client = await rawClient(rig.port);
    clients.push(client);
    greeted.push((await client.line()).slice(0, 40));
  }
  return { rig, clients, greeted };
}

const welcome = '220 heaven.af.mil ESMTP';

test('smtp: more strangers from one address than control/concurrencyperip → 421; one leaves → room', async t => {
  const { rig, clients, greeted } = await greetings(t, { concurrencyperip: '2\n' }, 3);
  assert.deepEqual(greeted, [welcome, welcome, '421 too many connections from your addre']);
  clients[0]?.drop();
  await until('the end of the first', () => rig.log.includes('smtpd: end 1 status 256'));
  assert.equal(await (await rawClient(rig.port)).line(), welcome);
});

test('smtp: a stranger comes more often than control/connectionrate in a minute → 421', async t => {
  const { greeted } = await greetings(t, { connectionrate: '2\n' }, 3);
  assert.deepEqual(greeted, [welcome, welcome, '421 you connect too often, try again lat']);
});

test('smtp: 1,000 commands without a message → 421, and the end', async t => {
  const { clients } = await greetings(t, {}, 1);
  clients[0]?.send('NOOP\r\n'.repeat(1001));
  const said = (await clients[0]?.rest())?.split('\r\n') ?? [];
  assert.deepEqual(said.slice(999), ['250 ok', '421 too much talk without a message, try again later (#4.7.0)', '']);
});

test('smtp: a stranger is refused again and again → 99 lines in the log, and that there was more', async t => {
  const { rig, clients } = await greetings(t, {}, 1);
  clients[0]?.send(`MAIL FROM:<a@b>\r\n${'RCPT TO:<x@elsewhere.org>\r\n'.repeat(500)}QUIT\r\n`);
  await clients[0]?.rest();
  const refused = rig.log.filter(line => line.startsWith('smtpd: refused '));
  assert.equal(refused.length, 100);
  assert.equal(refused.at(-1), 'smtpd: refused 1 and more, which is not written');
});
