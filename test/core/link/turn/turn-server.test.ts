// Who may ask for a link's mail, by which door, and how often.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseLink } from '../../../../core/control/links/link-file.ts';
import { createTurnPort } from '../../../../core/link/turn/turn-port.ts';
import { createTurnServer } from '../../../../core/link/turn/turn-server.ts';
import type { SessionClient } from '../../../../core/listen/session-client.ts';
import { writeControl } from '../../../support/queue-rig.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

const kissi = 'server 10.0.10.1\netrn-node kissi.example #kissi\nturn-for address 10.0.10.242\n';
const dabola = 'server 10.0.10.243\nturn-for login dabola\netrn-node dabola.kissi.example\n';
const sessionClient = (ip: string, login?: string): SessionClient => ({ ip, login });

function startServer() {
  const clock = steppedClock();
  const links = [parseLink('kissi', kissi).link, parseLink('dabola', dabola).link];
  const starts: string[] = [];
  const server = createTurnServer({
    clock,
    links: () => links,
    ended: async () => {},
    start(link, { cause, ip }) {
      starts.push(`${clock.nowMs() / 1000} ${link} ${cause} ${ip}`);
      return { kind: 'started', waiting: 3 };
    },
  });
  const etrn = (argument: string, stranger = true) =>
    server.etrn({ argument, stranger, sessionClient: sessionClient('192.0.2.9') }).code;
  return { clock, links, starts, server, etrn };
}

test('turn server: clients that a link names → started; everyone else → nothing', () => {
  const { server, starts } = startServer();
  assert.deepEqual(server.madeContact(sessionClient('192.0.2.1')), []);
  assert.deepEqual(server.madeContact(sessionClient('192.0.2.1', 'someone')), []);
  assert.deepEqual(server.madeContact(sessionClient('10.0.10.242')), ['kissi']);
  assert.deepEqual(server.madeContact(sessionClient('192.0.2.2', 'dabola')), ['dabola']);
  assert.deepEqual(starts, ['0 kissi client 10.0.10.242', '0 dabola client 192.0.2.2']);
});

test('turn server: ETRN again and again, by any name and together with visits → one start a minute for each link', () => {
  const { server, clock, starts, etrn } = startServer();
  for (let at = 0; at < 1000; at++) {
    assert.deepEqual(
      ['kissi.example', '#kissi', '@kissi.example', '@example', '@org', 'foo.bar'].map(node => etrn(node)),
      [250, 250, 250, 501, 501, 459],
    );
    server.madeContact(sessionClient('10.0.10.242'));
  }
  assert.deepEqual(starts, ['0 kissi etrn 192.0.2.9', '0 dabola etrn 192.0.2.9']);
  clock.pass(59_999);
  assert.equal(starts.length, 2);
  clock.pass(600_000);
  assert.deepEqual(starts.slice(2), ['60 kissi client 10.0.10.242', '60 dabola etrn 192.0.2.9']);
  assert.equal(etrn('kissi.example', false), 253);
  assert.equal(etrn('kissi.example', false), 250);
});

test('turn server: a half-duplex link is being used → its client waits for the end; with other links it need not', async () => {
  const sending = Promise.withResolvers<void>();
  const server = createTurnServer({
    clock: steppedClock(),
    links: () => [parseLink('radio', `${kissi}half-duplex yes\n`).link, parseLink('dabola', dabola).link],
    ended: () => sending.promise,
    start: () => ({ kind: 'started' }),
  });
  await server.free(['dabola']);
  let isFree = false;
  const free = server.free(['radio', 'dabola']).then(() => {
    isFree = true;
  });
  await new Promise(resolve => setImmediate(resolve));
  assert.equal(isFree, false);
  sending.resolve();
  await free;
});

test('turn server: ETRN for a link whose server is the client → only to the client itself, by its address or its login', () => {
  const { server, links, starts } = startServer();
  const file = 'server client\netrn-node kissi.example\nturn-for address 10.0.10.242\nturn-for login ann\n';
  links.splice(0, 2, parseLink('kissi', file).link);
  const ask = (who: SessionClient) => server.etrn({ argument: 'kissi.example', stranger: true, sessionClient: who });
  assert.equal(ask(sessionClient('192.0.2.9')).code, 458);
  assert.deepEqual(starts, []);
  assert.equal(ask(sessionClient('192.0.2.10', 'ann')).code, 250);
  assert.deepEqual(starts, ['0 kissi client 192.0.2.10']);
});

test('turn server: no link with a name for ETRN → not offered; certificates are asked for where a link names one', () => {
  const { server, links } = startServer();
  assert.deepEqual([server.offersEtrn(), server.asksCertificates()], [true, false]);
  links.splice(0, 2, parseLink('x', `server client\nturn-for certificate ${'ab'.repeat(32)}`).link);
  assert.deepEqual([server.offersEtrn(), server.asksCertificates()], [false, true]);
});

async function startPort(t: TestContext) {
  const control = writeControl(tempDir(t));
  const log: string[] = [];
  const clients: string[] = [];
  const sending = Promise.withResolvers<void>();
  const port = createTurnPort({
    clock: steppedClock(),
    control: () => control,
    log: line => void log.push(line),
    turns: {
      madeContact({ ip }) {
        clients.push(ip);
        return ip === '127.0.0.2' ? ['kissi'] : [];
      },
      free: () => sending.promise,
    },
  });
  const { port: number } = await port.listen({ address: '127.0.0.1', port: 0 });
  t.after(() => port.close());

  async function visit(localAddress: string, send = ''): Promise<string> {
    const socket = connect({ port: number, host: '127.0.0.1', localAddress });
    let said = '';
    socket.on('data', piece => {
      said += piece;
    });
    socket.on('error', () => {});
    socket.write(send);
    socket.end();
    await once(socket, 'close');
    return said;
  }
  return { visit, clients, log, sent: sending.resolve };
}

test('turn port: closed without a word: a stranger at once, and logged; a client when its link is free', {
  skip: process.platform === 'linux' ? false : 'needs all of 127.0.0.0/8',
}, async t => {
  const { visit, clients, log, sent } = await startPort(t);
  const named = visit('127.0.0.2');
  await until('the visit', () => clients.length === 1);
  assert.equal(await Promise.race([named, sleep(100, 'still open')]), 'still open');
  sent();
  assert.equal(await named, '');
  assert.equal(await visit('127.0.0.3', 'EHLO x\r\n'.repeat(1000)), '');
  await until('both visits', () => clients.length === 2);
  assert.deepEqual(clients.sort(), ['127.0.0.2', '127.0.0.3']);
  assert.deepEqual(log.slice(1), ['turnd: deny 2 127.0.0.3: no turn-for line names it']);
});

test('turn port: thousands of connections of a stranger → a few lines in the log, and the port still serves', async t => {
  const { visit, clients, log } = await startPort(t);
  for (let round = 0; round < 40; round++) await Promise.all(Array.from({ length: 50 }, () => visit('127.0.0.1')));
  assert.ok(log.length < 60, log.slice(0, 60).join('\n'));
  const before = clients.length;
  await until('a visit that is let in', async () => {
    await visit('127.0.0.1');
    return clients.length > before;
  });
});
