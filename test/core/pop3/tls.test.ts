// POP3 within TLS, from the start or after STLS; and clients that the access rules deny. (The key in fixtures/tls is public, and
// for tests only.)
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { createTlsFiles } from '../../../core/listen/tls-files.ts';
import { fromElsewhere, startPop3 } from '../../support/pop3-rig.ts';
import { clientOn, type RawClient, rawClient } from '../../support/raw-client.ts';
import { renegotiate } from '../../support/renegotiate.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/tls');
const files = { cert: readFileSync(join(fixtures, 'cert.pem')), key: readFileSync(join(fixtures, 'key.pem')) };

async function say(client: RawClient, command: string): Promise<string> {
  client.send(`${command}\r\n`);
  return client.line();
}

async function capabilities(client: RawClient): Promise<string[]> {
  client.send('CAPA\r\n');
  const lines: string[] = [];
  while (lines.at(-1) !== '.') lines.push(await client.line());
  return lines;
}

async function within(plain: RawClient): Promise<RawClient> {
  plain.socket.removeAllListeners('data');
  const secure = connectTls({ socket: plain.socket, rejectUnauthorized: false });
  await once(secure, 'secureConnect');
  return clientOn(secure);
}

async function start(t: TestContext) {
  const rig = await startPop3(t, { tls: () => files });
  const client = await rawClient(rig.port);
  assert.equal(await client.line(), '+OK here.example POP3');
  return { rig, client };
}

test('pop3: STLS → TLS; it is not offered again, there is no second greeting, and the session continues', async t => {
  const { rig, client } = await start(t);
  assert.ok((await capabilities(client)).includes('STLS'));
  assert.equal(await say(client, 'stls'), '+OK begin TLS');
  const secure = await within(client);
  assert.ok(!(await capabilities(secure)).includes('STLS'));
  assert.equal(await say(secure, 'STLS'), '-ERR authorization first');
  assert.equal(await say(secure, 'USER joe'), '+OK ');
  assert.equal(await say(secure, 'PASS sesame'), '+OK ');
  assert.equal(await say(secure, 'DELE 1'), '+OK ');
  secure.send('QUIT\r\n');
  assert.equal(await secure.rest(), '+OK \r\n');
  assert.ok(rig.log.some(line => /^pop3d: tls 1 TLSv1\.[23]$/.test(line)));
  await until('the end', () => rig.log.includes('pop3d: end 1'));
  assert.equal(rig.names().length, 2);
});

test('pop3: what was said in the clear, before STLS or in one packet with it → does not count within TLS', async t => {
  const { client } = await start(t);
  client.send('USER joe\r\nSTLS\r\nUSER joe\r\nNOOP\r\n');
  assert.equal(await client.line(), '+OK ');
  assert.equal(await client.line(), '+OK begin TLS');
  const secure = await within(client);
  assert.equal(await say(secure, 'PASS sesame'), '-ERR USER first');
});

test('pop3: a client asks for another handshake within TLS → none, as each costs the host more than the client', async t => {
  const { client } = await start(t);
  await say(client, 'STLS');
  client.socket.removeAllListeners('data');
  const secure = connectTls({ socket: client.socket, rejectUnauthorized: false, maxVersion: 'TLSv1.2' });
  await once(secure, 'secureConnect');
  assert.match((await renegotiate(secure)) ?? 'one more', /no renegotiation|closed/);
});

test('pop3: no certificate → STLS is neither offered nor understood', async t => {
  const client = await rawClient((await startPop3(t)).port);
  await client.line();
  assert.ok(!(await capabilities(client)).includes('STLS'));
  assert.equal(await say(client, 'STLS'), '-ERR authorization first');
});

test('pop3: after STLS the client sends something other than TLS, or leaves → the end, and the reason in the log', async t => {
  for (const leave of [(client: RawClient) => client.send('QUIT\r\nQUIT\r\n'), (client: RawClient) => client.drop()]) {
    const { rig, client } = await start(t);
    await say(client, 'STLS');
    leave(client);
    await until('the end', () => rig.log.includes('pop3d: end 1'));
    assert.ok(!rig.log.some(line => line.includes('login')));
  }
});

test('pop3s: TLS from the beginning → the greeting within it; in the clear nothing is said', async t => {
  const rig = await startPop3(t, { tls: () => files });
  const { port } = await rig.service.listen({ address: '127.0.0.1', port: 0 }, 'implicit');
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const client = clientOn(socket);
  assert.equal(await client.line(), '+OK here.example POP3');
  assert.ok(!(await capabilities(client)).includes('STLS'));
  assert.equal(await say(client, 'USER joe'), '+OK ');
  assert.equal(await say(client, 'PASS sesame'), '+OK ');
  assert.equal(await say(client, 'STAT'), '+OK 3 80');
  const plain = connect({ port, host: '127.0.0.1' });
  let heard = '';
  plain.on('data', piece => {
    heard += piece.toString('latin1');
  });
  plain.write('USER joe\r\nPASS sesame\r\n');
  await once(plain, 'close');
  assert.ok(!heard.includes('+OK'));
});

test('pop3: the service is closed → clients in the clear, within TLS and about to leave are dismissed at once', async t => {
  const rig = await startPop3(t, {
    tls: () => files,
    limits: { total: 2, perAddress: 0, perMinute: 0 },
    access: fromElsewhere,
  });
  const first = await rawClient(rig.port);
  await first.line();
  await say(first, 'STLS');
  const secure = await within(first);
  await say(secure, 'NOOP');
  const second = await rawClient(rig.port);
  await second.line();
  const third = await rawClient(rig.port);
  assert.match(await third.line(), /^-ERR too many/);
  await rig.service.close();
  assert.deepEqual([await secure.rest(), await second.rest()], ['', '']);
});

test('pop3: the access rules deny a client, or cannot be read → not a word; else their variables are known', async t => {
  for (const [access, logged] of [
    [{ kind: 'denied' }, 'pop3d: deny 1 127.0.0.1: control/tcp rules'],
    [{ kind: 'unknown', reason: 'no way' }, 'pop3d: alert: 1 from 127.0.0.1 is turned away: no way'],
  ] as const) {
    const rig = await startPop3(t, { access: () => access });
    const client = await rawClient(rig.port);
    assert.equal(await client.rest(), '');
    assert.ok(rig.log.includes(logged));
  }
});

test('pop3: a certificate, and a client from elsewhere → no USER and PASS in the clear, CAPA and the answer say so', async t => {
  const rig = await startPop3(t, { tls: () => files, access: fromElsewhere });
  const client = await rawClient(rig.port);
  await client.line();
  const clear = await capabilities(client);
  assert.deepEqual([clear.includes('USER'), clear.includes('STLS')], [false, true]);
  const refusal = '-ERR passwords are not taken in the clear: say STLS first';
  for (const command of ['USER joe', 'PASS sesame']) assert.equal(await say(client, command), refusal);
  assert.equal(await say(client, 'STLS'), '+OK begin TLS');
  const secure = await within(client);
  assert.ok((await capabilities(secure)).includes('USER'));
  for (const command of ['USER joe', 'PASS sesame']) assert.equal(await say(secure, command), '+OK ');
});

test('pop3: a certificate, and a client of this machine; or no certificate → USER and PASS in the clear', async t => {
  for (const deps of [{ tls: () => files }, { access: fromElsewhere }]) {
    const client = await rawClient((await startPop3(t, deps)).port);
    await client.line();
    assert.ok((await capabilities(client)).includes('USER'));
    for (const command of ['USER joe', 'PASS sesame']) assert.equal(await say(client, command), '+OK ');
  }
});

test('pop3s: the client ends before it has sent anything → dismissed at once, also if the host is not ready for TLS yet', async t => {
  for (const lateMs of [0, 100]) {
    const rig = await startPop3(t, { tls: () => files }, { hasApop: () => sleep(lateMs, false) });
    const { port } = await rig.service.listen({ address: '127.0.0.1', port: 0 }, 'implicit');
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).end();
    await once(client.resume(), 'end', { signal: AbortSignal.timeout(30_000) });
    client.destroy();
    await until('the log', () => rig.log.includes('pop3d: end 1'));
    assert.deepEqual(
      rig.log.filter(line => !/^pop3d: (pid|listening) /.test(line)),
      ['pop3d: end 1'],
    );
  }
});

test('pop3: bad tls/*.pem and no SMTP → STLS is not offered, and the alert names the files, not another service', async t => {
  const home = tempDir(t);
  mkdirSync(join(home, 'tls'));
  for (const name of ['cert.pem', 'key.pem']) writeFileSync(join(home, 'tls', name), 'nonsense');
  const log: string[] = [];
  const rig = await startPop3(t, {
    log: line => void log.push(line),
    tls: createTlsFiles(home, line => void log.push(line)),
  });
  const client = await rawClient(rig.port);
  assert.equal(await client.line(), '+OK here.example POP3');
  assert.ok(!(await capabilities(client)).includes('STLS'));
  const alerts = log.filter(line => line.includes('alert'));
  assert.equal(alerts.length, 1);
  assert.match(alerts[0] ?? '', /^alert: no TLS: tls\/cert\.pem and tls\/key\.pem cannot be used: /);
  assert.doesNotMatch(log.join('\n'), /smtpd/);
});
