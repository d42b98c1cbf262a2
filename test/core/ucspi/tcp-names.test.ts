// tcpserver's names: ident (RFC 1413), ports by service and addresses by name, against servers that misbehave.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { openDns } from '../../../core/lib/net/dns.ts';
import { arpaName } from '../../../core/lib/net/ipv6.ts';
import { addressesOf, identOf, portOf } from '../../../core/ucspi/tcp-names.ts';
import { startDns } from '../../support/dns-server.ts';

const ends = { localIp: '127.0.0.1', localPort: 25, remoteIp: '127.0.0.1', remotePort: 4711 };

/** An ident server with one answer; undefined: it never answers. */
async function identServer(t: TestContext, answer: string | undefined) {
  const asked: string[] = [];
  const server = createServer(socket => {
    socket.on('error', () => {});
    socket.once('data', raw => {
      asked.push(String(raw));
      if (answer !== undefined) socket.end(answer);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { asked, port: (server.address() as AddressInfo).port };
}

const answers: [answer: string | undefined, info: string | undefined][] = [
  ['4711 , 25 : USERID : UNIX : ann\r\n', 'ann'],
  ['4711,25:userid:OTHER,UTF-8: a b:c\r\n', 'a b:c'],
  ['4711 , 25 : ERROR : NO-USER\r\n', undefined],
  ['x'.repeat(5000), undefined],
  ['', undefined],
  [undefined, undefined],
];

for (const [answer, info] of answers) {
  test(`identOf: ${JSON.stringify(answer?.slice(0, 40))} → ${info}`, async t => {
    const { asked, port } = await identServer(t, answer);
    assert.equal(await identOf(ends, 300, port), info);
    assert.deepEqual(asked, ['4711 , 25\r\n']);
  });
}

test('identOf: no server → unknown', async () => {
  assert.equal(await identOf(ends, 1000, 1), undefined);
});

test('portOf: numbers and services', () => {
  assert.deepEqual(['25', '0', 'smtp', 'no-service', ''].map(portOf), [25, 0, 25, undefined, undefined]);
});

test('addressesOf: all of this machine, an address, names', async t => {
  const dns = openDns([await startDns(t, { 'h.example': { a: ['192.0.2.1'], aaaa: ['2001:db8:0:0:0:0:0:1'] } })], {
    timeout: 1000,
    tries: 1,
  });
  const found = await Promise.all(
    ['0', '', '1.2.3.4', 'localhost', 'h.example', 'no.example'].map(host => addressesOf(host, dns)),
  );
  assert.deepEqual(found, [['0.0.0.0'], ['0.0.0.0'], ['1.2.3.4'], ['127.0.0.1'], ['192.0.2.1', '2001:db8::1'], []]);
});

const arpa: readonly (readonly [ip: string, name: string | undefined])[] = [
  ['192.0.2.1', '1.2.0.192.in-addr.arpa'],
  ['::ffff:192.0.2.1', '1.2.0.192.in-addr.arpa'],
  ['2001:db8::567:89ab', 'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa'],
  ['example.org', undefined],
];

for (const [ip, name] of arpa) {
  test(`arpaName: ${ip} → ${name}`, () => {
    assert.equal(arpaName(ip), name);
  });
}
