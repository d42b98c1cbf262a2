// qmail-qmtpd, qmail-qmqpd and qmail-qmqpc as programs of their own (remote.md 3 and 4). Their answers and exit codes to
// 56 inputs, good and bad, were compared with notqmail 1.09; they differ where a recipient's length is not a number.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run as qmqpd } from '../../../main/cli/receive/qmail-qmqpd.ts';
import { run as qmtpd } from '../../../main/cli/receive/qmail-qmtpd.ts';
import { run as qmqpc } from '../../../main/cli/remote/qmail-qmqpc.ts';
import { callCommand } from '../../support/call-command.ts';
import { initHome, waypost } from '../../support/host-process.ts';
import { writeControl } from '../../support/queue-rig.ts';
import { startTcpPeer } from '../../support/tcp-peer.ts';
import { tempDir } from '../../support/temp-dir.ts';

const environment = {
  TCPREMOTEIP: '192.0.2.1',
  TCPREMOTEHOST: 'h.example',
  TCPREMOTEINFO: 'joe',
  TCPLOCALHOST: 'l.example',
};

test('qmail-qmtpd: remote.md 9 through a process → queued with the super-server’s facts about the client', async t => {
  const { home } = await initHome(tempDir(t), 'heaven.af.mil', 'joe', { rcpthosts: 'heaven.af.mil\n' });
  const input = '11:\nHi\nthere.\n,6:Sender,40:17:joe@heaven.af.mil,9:x@other.z,4:user,,';
  const ran = await waypost(['qmail-qmtpd', '--home', home], { input, env: environment });
  assert.match(
    ran.stdout,
    /^2\d:(Kok \d+ qp \d+),66:Dsorry, that domain isn't in my list of allowed rcpthosts \(#5\.7\.1\),2\d:\1,$/,
  );
  assert.equal(ran.code, 0);
  const [id] = readdirSync(join(home, 'queue', 'todo'));
  const todo = readFileSync(join(home, 'queue', 'todo', String(id)), 'latin1');
  assert.match(todo, /\0FSender\0Tjoe@heaven\.af\.mil\0Tuser\0$/);
  const message = readFileSync(join(home, 'queue', 'mess', String(Number(id) % 23), String(id)), 'latin1');
  assert.match(
    message,
    /^Received: \(qmail \d+ invoked from network\); .*\nReceived: from h\.example \(joe@192\.0\.2\.1\)\n {2}by l\.example with QMTP; .*\nHi\nthere\.\n$/,
  );
});

test('qmail-qmqpd: remote.md 10 through a process → queued; an outer length of 33 → exit 100', async t => {
  const { home } = await initHome(tempDir(t), 'heaven.af.mil', 'joe');
  const inner = '10:Hi\nthere.\n,3:a@b,5:x@y.z,3:q@r,,';
  const ran = await waypost(['qmail-qmqpd', '--home', home], { input: `34:${inner}`, env: environment });
  assert.match(ran.stdout, /^2\d:Kok \d+ qp \d+,$/);
  assert.equal(ran.code, 0);
  const bad = await waypost(['qmail-qmqpd', '--home', home], { input: `33:${inner}`, env: environment });
  assert.deepEqual([bad.code, bad.stdout], [100, '']);
});

test('qmail-qmtpd, qmail-qmqpd: no home, no queue → 111 and why', async t => {
  const home = tempDir(t);
  for (const program of [qmtpd, qmqpd]) {
    const none = await callCommand(program, [], { home: join(home, 'none') });
    assert.equal(none.code, 111);
    assert.match(none.stderr, /fatal: .* is not a Waypost home/);
    writeControl(home);
    assert.match((await callCommand(program, [], { home })).stderr, /fatal: .* has no mail queue/);
  }
});

const envelopes: [envelope: string, code: number][] = [
  ['Fa\0Tb\0\0', 0],
  ['Fa\0\0', 0],
  ['Ta\0', 91],
  ['Fa\0Xb\0\0', 91],
  ['Fa\0Tb\0', 91],
  ['', 91],
];

for (const [envelope, code] of envelopes) {
  test(`qmail-qmqpc: envelope ${JSON.stringify(envelope)} → ${code}`, async t => {
    const home = tempDir(t);
    const peer = await startTcpPeer(t, (socket, sent) => {
      if (sent.endsWith(',,')) socket.end('2:Ko,');
    });
    writeControl(home, { qmqpservers: `127.0.0.1:${peer.port}\n` });
    const io = (args: readonly string[], outside: Parameters<typeof qmqpc>[1]) =>
      qmqpc(args, outside, () => [Buffer.from(envelope, 'latin1')]);
    assert.equal((await callCommand(io, [], { home, input: 'Hi.\n' })).code, code);
    assert.equal(peer.received.length, code === 0 ? 1 : 0);
  });
}

test('qmail-qmqpc: no home 61, no servers 55, no message lost to a queue', async t => {
  const home = tempDir(t);
  assert.equal((await callCommand(qmqpc, [], { home: join(home, 'none') })).code, 61);
  writeControl(home);
  assert.equal((await callCommand(qmqpc, [], { home })).code, 55);
  mkdirSync(join(home, 'control', 'qmqpservers'));
  assert.equal((await callCommand(qmqpc, [], { home })).code, 55);
});
