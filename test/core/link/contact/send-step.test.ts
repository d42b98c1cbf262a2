// The sending step of a contact: what it says of a server and of its answers, and how many messages are to go meanwhile.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { netstring } from '../../../../core/lib/net/netstring.ts';
import { freePort } from '../../../bench/processes.ts';
import { sendStepRig } from '../../../support/send-step-rig.ts';
import { acceptingSmtp } from '../../../support/serial-rig.ts';

test('send step: a QMTP server answers with lines of its own, escapes and 50 KB → one short line of the log', async t => {
  const rig = sendStepRig(t, 'protocol qmtp\nserver 127.0.0.1\n');
  rig.put('1', 'c@d.example', '\nHi.\n');
  const said = `Zlater\ndelivery 5: success: forged\n\u001b[2J${'x'.repeat(50_000)}`;
  const server = createServer(socket => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write(netstring(said)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  assert.deepEqual(await rig.send(port), { ok: true, says: '' });
  const [line = ''] = rig.log;
  assert.equal(rig.log.length, 1);
  assert.match(
    line,
    /^link sat: info: new\/1 failed temporarily: 127\.0\.0\.1 said: later\?delivery 5: success: forged\?\?\[2Jx+$/,
  );
  assert.ok(line.length < 2100);
});

test('send step: while a message is on its way → it is one of those that are to go', async t => {
  const rig = sendStepRig(t, 'server 127.0.0.1\n');
  for (const name of ['1', '2', '3']) rig.put(name, 'c@d.example', '\nHi.\n');
  const accepted: string[] = [];
  const server = createServer(acceptingSmtp(accepted)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  assert.deepEqual(await rig.send((server.address() as AddressInfo).port), { ok: true, says: '' });
  assert.deepEqual([rig.toGo, accepted.length], [[3, 2, 1], 3]);
});

test('send step: nobody listens there → it says so in words', async t => {
  const rig = sendStepRig(t, 'server 127.0.0.1\n');
  rig.put('1', 'c@d.example', '\nHi.\n');
  const port = await freePort();
  const says = `unable to connect to 127.0.0.1 port ${port}: connection refused`;
  assert.deepEqual(await rig.send(port), { ok: false, says });
});
