// TCPREMOTEHOST and TCPREMOTEINFO of the host's own services: looked up where control says so, and only for a short time.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { startDns, type Zone } from '../../support/dns-server.ts';
import { rawClient } from '../../support/raw-client.ts';
import { startSmtp } from '../../support/smtp-rig.ts';

/** An ident server; `answer` undefined: it takes connections and says nothing. */
async function identServer(t: TestContext, answer: string | undefined) {
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', raw => {
      const ports = String(raw).trim();
      if (answer !== undefined) socket.end(`${ports} : USERID : UNIX : ${answer}\r\n`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, asked: () => sockets.size };
}

interface Case {
  readonly zone?: Zone;
  readonly ident?: string;
  readonly hostSec?: number;
  readonly infoSec?: number;
  readonly rules?: string;
}

/** An SMTP service, its name server and its clients' ident server. */
async function door(t: TestContext, { zone = {}, ident, hostSec, infoSec, rules }: Case) {
  const questions: string[] = [];
  const resolvers = await startDns(t, zone, name => questions.push(name));
  const { port: identPort, asked } = await identServer(t, ident);
  const rig = await startSmtp(t, {
    control: {
      resolvers: `${resolvers}\n`,
      tcpremotehost: hostSec === undefined ? undefined : `${hostSec}\n`,
      tcpremoteinfo: infoSec === undefined ? undefined : `${infoSec}\n`,
      'tcp.smtp': rules,
    },
    deps: { identPort },
  });
  return { ...rig, questions, asked };
}

/** Sends a message, and gives its first Received field. */
async function receivedBy(rig: Awaited<ReturnType<typeof door>>): Promise<string> {
  const client = await rawClient(rig.port);
  assert.match(await client.line(), /^220 /);
  client.send('HELO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@heaven.af.mil>\r\nDATA\r\n');
  for (const code of ['250', '250', '250', '354']) assert.equal((await client.line()).slice(0, 3), code);
  client.send('hi\r\n.\r\n');
  assert.match(await client.line(), /^250 /);
  client.drop();
  return String(rig.taken[0]?.text.split('\n')[0]);
}

const reverse = '1.0.0.127.in-addr.arpa';
const known: Zone = { [reverse]: { ptr: ['=Host.Example'] }, 'host.example': { a: ['192.0.2.1', '127.0.0.1'] } };

const fields: readonly (readonly [what: string, given: Case, received: string])[] = [
  ['nothing is asked for', { zone: known, ident: 'ann' }, 'Received: from unknown (HELO me) (127.0.0.1)'],
  ['the name', { zone: known, hostSec: 5 }, 'Received: from host.example (HELO me) (127.0.0.1)'],
  ['the user', { ident: 'ann', infoSec: 5 }, 'Received: from unknown (HELO me) (ann@127.0.0.1)'],
  [
    'both',
    { zone: known, ident: 'ann', hostSec: 5, infoSec: 5 },
    'Received: from host.example (HELO me) (ann@127.0.0.1)',
  ],
  [
    'a name of which the address is not (tcpserver -p)',
    { zone: { [reverse]: { ptr: ['=host.example'] }, 'host.example': { a: ['192.0.2.1'] } }, hostSec: 5 },
    'Received: from unknown (HELO me) (127.0.0.1)',
  ],
  ['no such name', { zone: {}, hostSec: 5 }, 'Received: from unknown (HELO me) (127.0.0.1)'],
  ['a user who is no name', { ident: 'ann\x07 x', infoSec: 5 }, 'Received: from unknown (HELO me) (127.0.0.1)'],
  [
    'servers that say nothing',
    { zone: { [reverse]: 'SILENCE' }, hostSec: 1, infoSec: 1 },
    'Received: from unknown (HELO me) (127.0.0.1)',
  ],
];

for (const [what, given, received] of fields) {
  test(`client names: ${what} → ${received}`, async t => {
    const rig = await door(t, given);
    assert.equal(await receivedBy(rig), received);
    assert.deepEqual(
      [rig.questions.includes(reverse), rig.asked()],
      [given.hostSec !== undefined, given.infoSec ? 1 : 0],
    );
  });
}

const rules: readonly (readonly [rules: string, given: Case, greeting: string])[] = [
  ['=host.example:deny', { zone: known, hostSec: 5 }, '554'],
  ['=.example:deny', { zone: known, hostSec: 5 }, '554'],
  ['ann@127.0.0.1:allow\n:deny', { ident: 'ann', infoSec: 5 }, '220'],
  ['ann@127.0.0.1:allow\n:deny', { ident: 'bob', infoSec: 5 }, '554'],
  ['=host.example:deny', { zone: known }, '220'],
];

for (const [text, given, code] of rules) {
  test(`client names: the rules ${JSON.stringify(text)}, ${JSON.stringify(Object.keys(given))} → ${code}`, async t => {
    const { port } = await door(t, { ...given, rules: `${text}\n` });
    const client = await rawClient(port);
    assert.equal((await client.line()).slice(0, 3), code);
    client.drop();
  });
}

test('client names: a client leaves while it is asked about, the service stops meanwhile → nothing is left', async t => {
  const rig = await door(t, { zone: { [reverse]: 'SILENCE' }, hostSec: 20 });
  const gone = await rawClient(rig.port);
  gone.drop();
  const waits = await rawClient(rig.port);
  await rig.close();
  waits.drop();
  assert.deepEqual(rig.taken, []);
});
