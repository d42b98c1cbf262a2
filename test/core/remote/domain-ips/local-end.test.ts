// Where connections come from, and under which name: control/domainips and outgoingip, as a server on loopback sees it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDial } from '../../../../core/conversation/channel.ts';
import { systemClock } from '../../../../core/lib/clock.ts';
import { localEndFor, reachableFrom } from '../../../../core/remote/domain-ips/local-end.ts';
import { createRemoteExplain } from '../../../../core/remote/explain-remote.ts';
import { writeControl } from '../../../support/queue-rig.ts';
import { remoteRig } from '../../../support/remote-rig.ts';
import { startPeer } from '../../../support/smtp-peer.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const domainips = `one.example:192.0.2.1|mail.one.example
.two.example:192.0.2.2%eth0
name.example:|mail.name.example
link.example:FE80::1%eth0
`;
const all = `${domainips}*:192.0.2.9|other.example\n`;

const ends: [files: Record<string, string>, sender: string, expected: string][] = [
  [{ domainips }, 'a@ONE.example', '192.0.2.1 mail.one.example by domainips one.example'],
  [{ domainips }, 'a@x.two.example', '192.0.2.2 helo.example by domainips .two.example'],
  [{ domainips }, 'a@two.example', 'any helo.example'],
  [{ domainips }, 'a@name.example', 'any mail.name.example by name.example'],
  [
    { domainips, outgoingip: '192.0.2.3\n' },
    'a@name.example',
    '192.0.2.3 mail.name.example by outgoingip name.example',
  ],
  [{ domainips, outgoingip: '192.0.2.3\n' }, 'a@b.example', '192.0.2.3 helo.example by outgoingip'],
  [{ domainips, outgoingip: '\n' }, 'a@b.example', 'any helo.example'],
  [{ domainips }, 'a@link.example', 'fe80::1%eth0 helo.example by domainips link.example'],
  [{ domainips: all }, '', '192.0.2.9 other.example by domainips *'],
  [{}, 'a@one.example', 'any helo.example'],
];

for (const [files, sender, expected] of ends) {
  test(`local end: ${Object.keys(files).join(', ') || 'no file'}, sender ${sender || 'none'} → ${expected}`, t => {
    const control = writeControl(tempDir(t), { helohost: 'helo.example\n', ...files });
    const { ip = 'any', heloHost, by, key } = localEndFor(control, sender);
    const why = [by, key].filter(part => part !== undefined);
    assert.equal([ip, heloHost, ...(why.length > 0 ? ['by', ...why] : [])].join(' '), expected);
  });
}

test('reachable: from an address only those of its family; from none all', () => {
  const both = { host: 'mx', addresses: ['192.0.2.1', '2001:db8::1'], byQmtp: false };
  const v4 = { ...both, addresses: ['192.0.2.1'] };
  const v6 = { ...both, addresses: ['2001:db8::1'] };
  assert.deepEqual(
    [undefined, '127.0.0.1', '::1'].map(ip => reachableFrom(ip, [both, v6])),
    [[both, v6], [v4], [v6, v6]],
  );
});

test('domainips: two senders, one server → each from its address with its name, over connections of their own', async t => {
  const peer = await startPeer(t, {});
  const from: string[] = [];
  const dial = createDial(systemClock);
  const { deliver } = remoteRig(t, {
    port: peer.port,
    control: { domainips: 'one.example:127.0.0.7|mail.one.example\n*:127.0.0.8\n' },
    deps: {
      dial: async (...args) => {
        const socket = await dial(...args);
        from.push(socket.localAddress ?? '');
        return socket;
      },
    },
  });
  for (const sender of ['a@one.example', 'a@two.example', 'a@one.example']) {
    const outcome = await deliver('joe@far.example', { sender });
    assert.equal(outcome.kind, 'done', outcome.text);
  }
  assert.deepEqual(from, ['127.0.0.7', '127.0.0.8']);
  assert.deepEqual(
    peer.sessions.map(({ commands }) => commands[0]),
    ['EHLO mail.one.example', 'EHLO here.example'],
  );
});

const waiting: [domainips: string, text: RegExp, says: RegExp][] = [
  [
    '*:192.0.2.55\n',
    /^Can't bind to local ip address: 192\.0\.2\.55\. Correct control\/domainips: this machine does not have it now\. \(#4\.3\.0\)/,
    /^Mail waits: Can't bind to local ip address: 192\.0\.2\.55\. Correct control\/domainips: this machine does not/,
  ],
  [
    '*:here\n',
    /^Can't bind to local ip address: here\. Correct control\/domainips: it is not an IP address\./,
    /^Mail waits: Can't bind to local ip address: here\. .* it is not an IP address\. \(#4\.3\.0\)$/,
  ],
  [
    '*:::1\n',
    /^far\.example has no address of IPv6, and this mail is to come from ::1\. \(#4\.4\.1\)/,
    /^Connections come from ::1,/,
  ],
];

for (const [lines, text, says] of waiting) {
  test(`domainips: ${lines.trim()} → mail waits, and the explanation says where it would come from`, async t => {
    const peer = await startPeer(t, {});
    const { deliver } = remoteRig(t, { port: peer.port, control: { domainips: lines } });
    const outcome = await deliver('joe@far.example');
    assert.equal(outcome.kind, 'later');
    assert.match(outcome.text, text);
    assert.equal(peer.sessions.length, 0);
    const home = tempDir(t);
    const control = writeControl(home, { domainips: lines });
    const { steps } = await createRemoteExplain({ home, control: () => control })({ sender: 'a@b', host: 'x' }, false);
    assert.match(steps.find(({ file }) => file?.endsWith('domainips'))?.says ?? '', says);
  });
}

test('domainips, explained: the sender that allmailfrom demands counts, and only addresses of the family are shown', async t => {
  const home = tempDir(t);
  const files = {
    domainips: 'isp.example:127.0.0.7|pc.isp.example\n',
    allmailfrom: 'ann@isp.example\n',
    smtproutes: ':relay.example\n',
  };
  const control = writeControl(home, files);
  const resolver = {
    mx: async () => ({ kind: 'none' }) as const,
    addresses: async () => ({ kind: 'found', records: ['192.0.2.1', '2001:db8::1'] }) as const,
  };
  const explain = createRemoteExplain({ home, control: () => control, resolver, localAddresses: () => [] });
  const { steps, verdict } = await explain({ sender: 'root@pc', host: 'far.example' }, true);
  assert.equal(
    steps.find(({ file }) => file?.endsWith('domainips'))?.says,
    'Connections come from 127.0.0.7, and call this host pc.isp.example.',
  );
  assert.deepEqual(verdict.hosts, ['192.0.2.1']);
});
