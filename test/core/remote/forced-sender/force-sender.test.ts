// control/allmailfrom as a server sees it: which relay gets which sender, for which mail, and what is said about it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRemoteExplain } from '../../../../core/remote/explain-remote.ts';
import { writeControl } from '../../../support/queue-rig.ts';
import { remoteRig } from '../../../support/remote-rig.ts';
import { startPeer } from '../../../support/smtp-peer.ts';
import { startTcpPeer } from '../../../support/tcp-peer.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const here = 'Received: (qmail 7 invoked by uid 1000); 1 Dec 2026 10:00:00 -0000\n';
const bounced = here.replace('by uid 1000', 'for bounce');
const passing =
  'Received: (qmail 7 invoked from network); 1 Dec 2026 10:00:00 -0000\nReceived: from x (192.0.2.1)\n  by y\n';
const rest = 'From: root@pc.example\nSubject: t\n\nhi\n';
const all = 'ann@isp.example\n';

interface Case {
  readonly allmailfrom: string;
  readonly text?: string;
  readonly sender?: string;
}

const cases: [what: string, given: Case, mail: string, from: string][] = [
  ['all mail', { allmailfrom: all }, 'ann@isp.example', 'ann@isp.example'],
  ['this relay', { allmailfrom: `127.0.0.1:${all}x@other.example\n` }, 'ann@isp.example', 'ann@isp.example'],
  ['another relay', { allmailfrom: `relay.example:${all}` }, 'root@pc.example', 'root@pc.example'],
  ['all but this relay', { allmailfrom: `127.0.0.1:\n${all}` }, 'root@pc.example', 'root@pc.example'],
  ['mail that passes through', { allmailfrom: all, text: passing + rest }, 'root@pc.example', 'root@pc.example'],
  ['a bounce: no sender', { allmailfrom: all, text: bounced + rest, sender: '' }, '', 'ann@isp.example'],
  [
    'the right author in the wrong envelope',
    { allmailfrom: all, text: `${here}From: Ann <ann@isp.example>\n\nhi\n` },
    'ann@isp.example',
    'Ann <ann@isp.example>',
  ],
  [
    'a message in pieces',
    { allmailfrom: all, text: `${here}${rest}${'x'.repeat(99)}\n`.concat('y\n'.repeat(200_000)) },
    'ann@isp.example',
    'ann@isp.example',
  ],
  [
    'a header that is too large',
    { allmailfrom: all, text: `${here}X: ${'x'.repeat(300_000)}\n${rest}` },
    'root@pc.example',
    'root@pc.example',
  ],
];

for (const [what, { allmailfrom, text = here + rest, sender = 'root@pc.example' }, mail, from] of cases) {
  test(`forced sender: ${what} → MAIL from ${mail || 'nobody'}`, async t => {
    const peer = await startPeer(t, { ehlo: '250-peer.example\r\n250 SIZE 0' });
    const { deliver } = remoteRig(t, { port: peer.port, control: { allmailfrom } });
    const outcome = await deliver('joe@far.example', { text, sender });
    assert.equal(outcome.kind, 'done', outcome.text);
    assert.equal(
      outcome.text.includes('Sent as ann@isp.example, see control/allmailfrom.'),
      mail === 'ann@isp.example',
    );
    const [session] = peer.sessions;
    const wire = session?.wire ?? '';
    assert.match(session?.commands.find(line => line.startsWith('MAIL')) ?? '', new RegExp(`^MAIL FROM:<${mail}>`));
    assert.match(wire, new RegExp(`^From: ${from}\r$`, 'm'));
    const body = (all: string) => all.slice(all.indexOf('\n\n')).replaceAll('\n', '\r\n');
    assert.ok(wire.endsWith(`${body(text)}.\r\n`));
    // SIZE=: what was announced is what was sent.
    assert.match(session?.commands.join('\n') ?? '', new RegExp(`SIZE=${wire.length - '.\r\n'.length}$`, 'm'));
  });
}

test('forced sender: a line that is not an address → mail waits, and nothing is sent', async t => {
  const peer = await startPeer(t, {});
  const { deliver } = remoteRig(t, { port: peer.port, control: { allmailfrom: '# mine\nann\n' } });
  const outcome = await deliver('joe@far.example', { text: here + rest });
  assert.deepEqual(outcome, {
    kind: 'later',
    status: '4.3.5',
    text: 'control/allmailfrom line 2 must be an address, or relay:address: “ann” is neither. (#4.3.5)\n',
  });
  assert.equal(peer.sessions.length, 0);
});

test('forced sender: by QMTP, a message in pieces → the package has the new head, its size and the sender', async t => {
  const peer = await startTcpPeer(t, (socket, sent) => {
    if (sent.endsWith(',,')) socket.end('3:Kok,');
  });
  const { deliver } = remoteRig(t, { control: { qmtproutes: `:127.0.0.1:${peer.port}\n`, allmailfrom: all } });
  const body = 'y\n'.repeat(100_000);
  const outcome = await deliver('joe@far.example', { text: here + rest + body });
  assert.equal(outcome.kind, 'done', outcome.text);
  const message = `\n${here}From: ann@isp.example\nReply-To: root@pc.example\nSubject: t\n\nhi\n${body}`;
  const start = `${message.length}:${message},15:ann@isp.example,`;
  assert.equal(peer.received[0]?.slice(0, start.length), start);
});

const explained: [allmailfrom: string, outcome: string, says: RegExp | undefined][] = [
  [`127.0.0.1:${all}`, 'remote', /^If it was written on this machine, it is sent from ann@isp\.example: in From/],
  [`relay.example:${all}`, 'remote', undefined],
  ['127.0.0.1:ann\n', 'later', /^Mail waits: control\/allmailfrom line 1 must be an address/],
];

for (const [allmailfrom, outcome, says] of explained) {
  test(`forced sender, explained: ${allmailfrom.trim()} → ${outcome}`, async t => {
    const home = tempDir(t);
    const control = writeControl(home, { allmailfrom, smtproutes: ':127.0.0.1\n' });
    const explain = createRemoteExplain({ home, control: () => control });
    const { steps, verdict } = await explain({ sender: 'a@b', host: 'far.example' }, false);
    const step = steps.find(({ stage }) => stage === 'sender');
    assert.equal(verdict.outcome, outcome);
    if (says) assert.match(step?.says ?? '', says);
    else assert.equal(step, undefined);
  });
}
