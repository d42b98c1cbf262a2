// The sending step of a contact: whatever a server answers is one short line of the link's log.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { netstring } from '../../../../core/lib/net/netstring.ts';
import { sendStepRig } from '../../../support/send-step-rig.ts';

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
