// Mail to a relay that speaks QMTP (control/qmtproutes): what is sent, and the outcome of each answer.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../core/lib/clock.ts';
import { openTcpTo } from '../../../core/remote/connections/tcpto.ts';
import { formatReports } from '../../../core/remote/outcome-of-replies.ts';
import { findRoute } from '../../../core/remote/route.ts';
import { createSend } from '../../../core/remote/send.ts';
import { writeControl } from '../../support/queue-rig.ts';
import { emptyDns, remoteRig } from '../../support/remote-rig.ts';
import { startTcpPeer, type TcpPeer } from '../../support/tcp-peer.ts';
import { tempDir } from '../../support/temp-dir.ts';

const routes: [qmtp: string, smtp: string, host: string, route: ReturnType<typeof findRoute>][] = [
  [':relay', '', 'a', { protocol: 'qmtp', relay: 'relay', port: 209 }],
  ['a:relay:300', 'a:other', 'A', { protocol: 'qmtp', relay: 'relay', port: 300 }],
  ['.a:[::1]:210', '', 'x.a', { protocol: 'qmtp', relay: '[::1]', port: 210 }],
  [':relay', 'a:other', 'a', { protocol: 'qmtp', relay: 'relay', port: 209 }],
  // An empty route by QMTP: the routes by SMTP decide.
  ['a:\n:relay', ':other', 'a', { protocol: 'smtp', relay: 'other', port: 25 }],
  ['b:relay', '', 'a', undefined],
  [':relay:port', '', 'a', { protocol: 'qmtp', relay: 'relay', port: undefined }],
];

for (const [qmtproutes, smtproutes, host, route] of routes) {
  test(`findRoute: qmtproutes ${JSON.stringify(qmtproutes)}, smtproutes ${JSON.stringify(smtproutes)}, ${host} → ${JSON.stringify(route)}`, t => {
    assert.deepEqual(findRoute(writeControl(tempDir(t), { qmtproutes, smtproutes }), { sender: 'x@y', host }), route);
  });
}

const message = 'Subject: t\n\n.\n\xff no end';
const packageText = `${message.length + 1}:\n${message},3:a@b,`;

/** A relay that answers when it has the whole package. */
function relay(t: TestContext, answer: string): Promise<TcpPeer> {
  return startTcpPeer(t, (socket, sent) => {
    if (sent.endsWith(',,')) socket.end(Buffer.from(answer, 'latin1'));
  });
}

async function send(t: TestContext, port: number, recipients: readonly string[], raw?: Buffer): Promise<string> {
  const home = tempDir(t);
  const control = writeControl(home, { qmtproutes: `:127.0.0.1:${port}\n`, timeoutremote: '1\n' });
  const path = join(home, 'message');
  writeFileSync(path, Buffer.from(message, 'latin1'));
  const deps = {
    home,
    control: () => control,
    clock: systemClock,
    resolver: emptyDns,
    tcpto: openTcpTo(home, systemClock),
  };
  const shipment = { message: { path, ...(raw && { raw }) }, host: 'x', sender: 'a@b', recipients };
  return formatReports(await createSend(deps)(shipment)).toString('latin1');
}

const accepted = 'K127.0.0.1 accepted message.\nRemote host said: ok 1 qp 2\n\0';
const dislikes = (text: string) => `127.0.0.1 does not like recipient.\nRemote host said: ${text}\n\0`;
const givingUp = 'DGiving up on 127.0.0.1.\n\0';
const died = 'Connected to 127.0.0.1 but connection died. Possible duplicate! (#4.4.2)\n\0';

const dialogues: [what: string, recipients: string[], answer: string, reports: string][] = [
  ['accepted', ['c@x'], '10:Kok 1 qp 2,', `r\0${accepted}`],
  ['refused for good', ['c@x'], '4:Dno!,', `h${dislikes('no!')}${givingUp}`],
  ['refused for now', ['c@x'], '6:Zlater,', `s${dislikes('later')}${givingUp}`],
  ['control characters, lines', ['c@x'], '8:Da\0\r\nb\n\n,', `h${dislikes('a?\nb')}${givingUp}`],
  ['an answer that is none', ['c@x'], '3:yes,', `s${dislikes('es')}${givingUp}`],
  [
    'each recipient its own answer',
    ['c@x', 'd@x', 'e@x'],
    '4:Dno!,10:Kok 1 qp 2,6:Zlater,',
    `h${dislikes('no!')}r\0s${dislikes('later')}${accepted}`,
  ],
  ['gone before any answer', ['c@x', 'd@x'], '', `Z${died}`],
  ['gone between the answers: who has one is done', ['c@x', 'd@x'], '10:Kok 1 qp 2,4:K', `r\0s${died}${accepted}`],
  ['not QMTP', ['c@x'], '220 hello\r\n', `Z${died}`],
  ['an answer without end', ['c@x'], `99999999999:K`, `Z${died}`],
];

for (const [what, recipients, answer, reports] of dialogues) {
  test(`qmtp client: ${what} → ${JSON.stringify(reports).slice(0, 50)}…`, async t => {
    const peer = await relay(t, answer);
    assert.equal(await send(t, peer.port, recipients), reports);
    const list = recipients.map(recipient => `3:${recipient},`).join('');
    assert.deepEqual(peer.received, [`${packageText}${list.length}:${list},`]);
  });
}

test('qmtp client: the message in memory → the same package', async t => {
  const peer = await relay(t, '10:Kok 1 qp 2,');
  assert.equal(await send(t, peer.port, ['c@x'], Buffer.from(message, 'latin1')), `r\0${accepted}`);
  assert.deepEqual(peer.received, [`${packageText}6:3:c@x,,`]);
});

test('qmtp client: a relay that says nothing → connection died after timeoutremote', async t => {
  const { port } = await startTcpPeer(t, () => {});
  assert.equal(await send(t, port, ['c@x']), `Z${died}`);
});

test('qmtp client: a relay that hangs up at once → connection died, and a later attempt may help', async t => {
  const { port } = await startTcpPeer(t, socket => socket.destroy());
  assert.match(await send(t, port, ['c@x']), /^ZConnected to 127\.0\.0\.1 but connection died\./);
});

test('qmtp client: NUL in an address → never sent', async t => {
  const peer = await relay(t, '');
  assert.match(await send(t, peer.port, ['c\0d@x']), /^D.*\(#5\.1\.3\)/);
  assert.deepEqual(peer.received, []);
});

test('qmtp client: nothing listens, or the port is none → later', async t => {
  const closed = remoteRig(t, { control: { qmtproutes: ':127.0.0.1:9\n' } });
  assert.equal((await closed.deliver('a@b')).text, "Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)\n");
  const none = remoteRig(t, { control: { qmtproutes: ':127.0.0.1:qmtp\n' } });
  assert.equal((await none.deliver('a@b')).text, 'control/qmtproutes names no port from 1 to 65535 for b. (#4.3.5)\n');
});
