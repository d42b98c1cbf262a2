// ETRN in the SMTP service, and whom the host is told about when a session is over. (The key in fixtures/tls is for tests
// alone: it is known to all.)
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import type { SessionClient } from '../../../../core/listen/session-client.ts';
import type { EtrnService } from '../../../../core/receive/smtp/connection-deps.ts';
import { clientOn, type RawClient, rawClient } from '../../../support/raw-client.ts';
import { startSmtp } from '../../../support/smtp-rig.ts';
import { until } from '../../../support/until.ts';

const fixtures = join(import.meta.dirname, '../../../fixtures/tls');
const files = { cert: readFileSync(join(fixtures, 'cert.pem')), key: readFileSync(join(fixtures, 'key.pem')) };
const sha256 = new X509Certificate(files.cert).fingerprint256.replaceAll(':', '').toLowerCase();

type Asked = Parameters<EtrnService['answer']>[0];

async function start(t: TestContext, control: Record<string, string> = {}) {
  const asked: Asked[] = [];
  const clients: SessionClient[] = [];
  const node = { offered: true };
  const rig = await startSmtp(t, {
    control,
    deps: {
      tls: () => files,
      logIn: async (name, password) => name === 'ann' && password === 'secret',
      asksCertificates: () => true,
      madeContact: sessionClient => void clients.push(sessionClient),
      etrn: {
        offered: () => node.offered,
        answer(one) {
          asked.push(one);
          return { code: 250, text: `OK, queuing for node ${one.argument} started` };
        },
      },
    },
  });
  const client = await rawClient(rig.port);
  await client.line();
  return { rig, client, asked, clients, node };
}

async function ask(client: RawClient, command: string): Promise<string[]> {
  client.send(`${command}\r\n`);
  const lines = [await client.line()];
  while (lines.at(-1)?.[3] === '-') lines.push(await client.line());
  return lines;
}

async function startTls(client: RawClient, withCertificate: boolean): Promise<RawClient> {
  await ask(client, 'STARTTLS');
  client.socket.removeAllListeners('data');
  const own = withCertificate ? files : {};
  const secure = connectTls({ socket: client.socket, ca: files.cert, servername: 'heaven.af.mil', ...own });
  await once(secure, 'secureConnect');
  return clientOn(secure);
}

test('smtp: some node may be asked for → EHLO offers ETRN, and the host answers it; without one it is unknown', async t => {
  const { client, asked, node } = await start(t);
  assert.ok((await ask(client, 'EHLO x')).includes('250-ETRN'));
  assert.deepEqual(await ask(client, 'ETRN @kissi.example'), ['250 OK, queuing for node @kissi.example started']);
  assert.deepEqual(await ask(client, 'etrn'), ['250 OK, queuing for node  started']);
  const sessionClient = { ip: '127.0.0.1', login: undefined, certificate: undefined };
  assert.deepEqual(asked, [
    { argument: '@kissi.example', stranger: false, sessionClient },
    { argument: '', stranger: false, sessionClient },
  ]);
  node.offered = false;
  assert.ok(!(await ask(client, 'EHLO x')).join().includes('ETRN'));
  assert.deepEqual(await ask(client, 'ETRN kissi.example'), ['502 unimplemented (#5.5.1)']);
  assert.equal(asked.length, 2);
});

test('smtp: ETRN in a transaction → 503, the transaction goes on; after it ETRN works', async t => {
  const { client, asked, rig } = await start(t);
  await ask(client, 'MAIL FROM:<a@b>');
  assert.deepEqual(await ask(client, 'ETRN kissi.example'), ['503 not within a mail transaction (#5.5.1)']);
  await ask(client, 'RCPT TO:<joe@heaven.af.mil>');
  assert.deepEqual(await ask(client, 'ETRN kissi.example'), ['503 not within a mail transaction (#5.5.1)']);
  await ask(client, 'DATA');
  assert.match((await ask(client, 'x\r\n.'))[0] ?? '', /^250 ok/);
  assert.equal(rig.taken.length, 1);
  assert.equal(asked.length, 0);
  assert.match((await ask(client, 'ETRN kissi.example'))[0] ?? '', /^250 OK/);
  assert.equal(asked.length, 1);
});

test('smtp: a client that asks without end → 421 after a thousand commands', async t => {
  const { client, asked } = await start(t);
  client.send('ETRN kissi.example\r\n'.repeat(2000));
  assert.match(await client.rest(), /\r\n421 too much talk without a message/);
  assert.equal(asked.length, 1001);
});

test('smtp: who may not relay asks as a stranger, who logged in does not', async t => {
  // The rule makes the client come from elsewhere.
  const { client, asked } = await start(t, { 'tcp.smtp': ':allow,TCPREMOTEIP="192.0.2.7"\n' });
  await ask(client, 'ETRN kissi.example');
  const secure = await startTls(client, false);
  await ask(secure, 'EHLO x');
  await ask(secure, `AUTH PLAIN ${Buffer.from('\0ann\0secret').toString('base64')}`);
  await ask(secure, 'ETRN kissi.example');
  assert.deepEqual(
    asked.map(({ stranger, sessionClient }) => [stranger, sessionClient.ip, sessionClient.login]),
    [
      [true, '192.0.2.7', undefined],
      [false, '192.0.2.7', 'ann'],
    ],
  );
});

test('smtp: a session is over, after QUIT or without → the host is told once whose it was', async t => {
  const { client, clients, rig } = await start(t);
  client.drop();
  await until('the visit', () => clients.length === 1);
  const again = await rawClient(rig.port);
  await again.line();
  await ask(again, 'EHLO x');
  const secure = await startTls(again, true);
  await ask(secure, 'EHLO x');
  await ask(secure, `AUTH PLAIN ${Buffer.from('\0ann\0secret').toString('base64')}`);
  await ask(secure, 'QUIT');
  await until('the second visit', () => clients.length === 2);
  const bare = await rawClient(rig.port);
  await bare.line();
  const without = await startTls(bare, false);
  await ask(without, 'QUIT');
  await until('the third visit', () => clients.length === 3);
  const ip = '127.0.0.1';
  assert.deepEqual(clients, [
    { ip, login: undefined, certificate: undefined },
    { ip, login: 'ann', certificate: sha256 },
    { ip, login: undefined, certificate: undefined },
  ]);
});

test('smtp: a client that a rule denies, or is there when the service stops → no visit', async t => {
  const denied = await startSmtp(t, {
    control: { 'tcp.smtp': ':deny\n' },
    deps: { madeContact: () => assert.fail('a denied client is no sessionClient') },
  });
  await (await rawClient(denied.port)).rest();
  const { clients, rig } = await start(t);
  await rig.close();
  assert.deepEqual(clients, []);
});
