// Where mail goes: smtproutes, MX and address records from a real DNS server on loopback, ourselves, and dead hosts.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createDial, type Dial, DialTimeout } from '../../../core/conversation/channel.ts';
import { systemClock } from '../../../core/lib/clock.ts';
import { createDnsResolver } from '../../../core/remote/exchangers/resolver.ts';
import { findRoute, literalAddress, type Route } from '../../../core/remote/route.ts';
import { startDns, type Zone } from '../../support/dns-server.ts';
import { writeControl } from '../../support/queue-rig.ts';
import { remoteRig } from '../../support/remote-rig.ts';
import { startPeer } from '../../support/smtp-peer.ts';
import { tempDir } from '../../support/temp-dir.ts';

const routes: [lines: string, host: string, route: Omit<Route, 'protocol'> | undefined][] = [
  // control.md 13
  [
    'inside.af.mil:firewall.af.mil:26\n.af.mil:\n:heaven.af.mil',
    'Inside.AF.mil',
    { relay: 'firewall.af.mil', port: 26 },
  ],
  ['inside.af.mil:firewall.af.mil:26\n.af.mil:\n:heaven.af.mil', 'x.af.mil', undefined],
  ['inside.af.mil:firewall.af.mil:26\n.af.mil:\n:heaven.af.mil', 'af.mil', { relay: 'heaven.af.mil', port: 25 }],
  ['inside.af.mil:firewall.af.mil:26\n.af.mil:\n:heaven.af.mil', 'irs.gov', { relay: 'heaven.af.mil', port: 25 }],
  [':1.2.3.4', 'a', { relay: '1.2.3.4', port: 25 }],
  [':[1.2.3.4]:26', 'a', { relay: '[1.2.3.4]', port: 26 }],
  [':[::1]:26', 'a', { relay: '[::1]', port: 26 }],
  [':[IPv6:::1]', 'a', { relay: '[IPv6:::1]', port: 25 }],
  [':fd00::1', 'a', { relay: 'fd00::1', port: 25 }],
  [':relay:smtp', 'a', { relay: 'relay', port: undefined }],
  [':relay:0', 'a', { relay: 'relay', port: undefined }],
  [':relay:65536', 'a', { relay: 'relay', port: undefined }],
  ['b:relay', 'a', undefined],
];

for (const [lines, host, route] of routes) {
  test(`findRoute: ${JSON.stringify(lines)}, ${host} → ${JSON.stringify(route)}`, t => {
    const control = writeControl(tempDir(t), { smtproutes: `${lines}\n` });
    assert.deepEqual(findRoute(control, { sender: 'x@y', host }), route && { protocol: 'smtp', ...route });
  });
}

test('literalAddress: with and without brackets → the address; names are none', () => {
  const hosts = ['1.2.3.4', '[1.2.3.4]', '[IPv6:FD00::1]', '[::1]', '::1', 'a.b', '[a.b]', '1.2.3', ''];
  const expected = ['1.2.3.4', '1.2.3.4', 'fd00::1', '::1', '::1', undefined, undefined, undefined, undefined];
  assert.deepEqual(hosts.map(literalAddress), expected);
});

/** Connects every address to the peer's port and remembers which were asked for. */
function dialTo(port: number, dead: readonly string[] = []): { dial: Dial; asked: string[] } {
  const asked: string[] = [];
  const toPeer = createDial(systemClock);
  return {
    asked,
    async dial(ip, wanted, timeoutMs) {
      asked.push(`${ip}:${wanted}`);
      if (dead.includes(ip)) throw new Error('connection refused');
      return toPeer('127.0.0.1', port, timeoutMs);
    },
  };
}

const zone: Zone = {
  'one.example': { mx: [[10, 'a.example']] },
  'two.example': {
    mx: [
      [20, 'b.example'],
      [10, 'a.example'],
    ],
  },
  'a.example': { a: ['192.0.2.1'], aaaa: ['2001:db8:0:0:0:0:0:1'] },
  'b.example': { a: ['192.0.2.2'] },
  'me.example': { a: ['192.0.2.99'] },
  'nomx.example': { a: ['192.0.2.3'] },
  'null.example': { mx: [[0, '']] },
  'broken.example': 'SERVFAIL',
  'halfbroken.example': {
    mx: [
      [10, 'broken.example'],
      [20, 'b.example'],
    ],
  },
  'allbroken.example': { mx: [[10, 'broken.example']] },
  'dangling.example': { mx: [[10, 'nowhere.example']] },
  'empty.example': {},
  'backup.example': {
    mx: [
      [10, 'a.example'],
      [20, 'me.example'],
      [30, 'b.example'],
    ],
  },
  'mine.example': {
    mx: [
      [10, 'me.example'],
      [20, 'b.example'],
    ],
  },
  'xn--bcher-kva.example': { a: ['192.0.2.4'] },
  // Aliases: of a domain with exchangers, of one without, of an exchanger, of nothing.
  'alias.example': { cname: 'two.example' },
  'www.example': { cname: 'nomx.example' },
  'aliasmx.example': { mx: [[10, 'www.example']] },
  'broken-alias.example': { cname: 'nowhere.example' },
  'alias-of-me.example': { cname: 'me.example' },
  'six.example': { mx: [[10, 'six-only.example']] },
  'six-only.example': { aaaa: ['2001:db8:0:0:0:0:0:6'] },
  'my-six.example': {
    mx: [
      [10, 'my-six-only.example'],
      [20, 'b.example'],
    ],
  },
  'my-six-only.example': { aaaa: ['2001:db8:0:0:0:0:0:99'] },
  'backup-six.example': {
    mx: [
      [10, 'six-only.example'],
      [20, 'my-six-only.example'],
      [30, 'b.example'],
    ],
  },
};

const bestIsMe =
  "Sorry. Although I'm listed as a best-preference MX or A for that host,\n" +
  "it isn't in my control/locals file, so I don't treat it as local. (#5.4.6)\n";

const hosts: [host: string, asked: string[], text: RegExp | string, dead?: string[]][] = [
  ['one.example', ['192.0.2.1:25'], /accepted message/],
  ['ONE.example', ['192.0.2.1:25'], /accepted message/],
  ['two.example', ['192.0.2.1:25'], /accepted message/],
  ['two.example', ['192.0.2.1:25', '2001:db8::1:25', '192.0.2.2:25'], /accepted message/, ['192.0.2.1', '2001:db8::1']],
  ['nomx.example', ['192.0.2.3:25'], /accepted message/],
  ['b\xc3\xbccher.example', ['192.0.2.4:25'], /accepted message/],
  ['halfbroken.example', ['192.0.2.2:25'], /accepted message/],
  ['[192.0.2.7]', ['192.0.2.7:25'], /accepted message/],
  ['192.0.2.7', ['192.0.2.7:25'], /accepted message/],
  [
    'backup.example',
    ['192.0.2.1:25', '2001:db8::1:25'],
    "Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)\n",
    ['192.0.2.1', '2001:db8::1'],
  ],
  ['alias.example', ['192.0.2.1:25'], /accepted message/],
  ['www.example', ['192.0.2.3:25'], /accepted message/],
  ['aliasmx.example', ['192.0.2.3:25'], /accepted message/],
  ['broken-alias.example', [], "Sorry, I couldn't find any host named broken-alias.example. (#5.1.2)\n"],
  ['alias-of-me.example', [], bestIsMe],
  ['six.example', ['2001:db8::6:25'], /accepted message/],
  ['[IPv6:2001:DB8::7]', ['2001:db8::7:25'], /accepted message/],
  ['my-six.example', [], bestIsMe],
  [
    'backup-six.example',
    ['2001:db8::6:25'],
    "Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)\n",
    ['2001:db8::6'],
  ],
  ['0.0.0.0', [], bestIsMe],
  ['[::]', [], bestIsMe],
  ['null.example', [], 'Sorry, null.example says that it takes no mail. (#5.1.10)\n'],
  ['broken.example', [], "Sorry, I couldn't find any host by that name. (#4.1.2)\n"],
  ['allbroken.example', [], "Sorry, I couldn't find any host by that name. (#4.1.2)\n"],
  ['dangling.example', [], "Sorry, I couldn't find a mail exchanger or IP address. (#5.4.4)\n"],
  ['empty.example', [], "Sorry, I couldn't find any host named empty.example. (#5.1.2)\n"],
  ['host.invalid', [], "Sorry, I couldn't find any host named host.invalid. (#5.1.2)\n"],
  ['a b', [], "Sorry, I couldn't find any host named a?b. (#5.1.2)\n"],
  ['', [], "Sorry, I couldn't find any host named . (#5.1.2)\n"],
  ['mine.example', [], bestIsMe],
  ['me.example', [], bestIsMe],
  // remote.md 6
  ['[127.0.0.1]', [], bestIsMe],
  ['[127.0.0.9]', [], bestIsMe],
  ['localhost', [], bestIsMe],
];

for (const [host, expected, text, dead] of hosts) {
  test(`remote: mail for ${host}${dead ? ', first ones dead' : ''} → tries ${expected.join(', ') || 'none'}`, async t => {
    const peer = await startPeer(t);
    const { dial, asked } = dialTo(peer.port, dead);
    const localAddresses = () => ['0.0.0.0', '::', '127.0.0.1', '::1', '192.0.2.99', '2001:db8::99'];
    const control = { resolvers: `${await startDns(t, zone)}\n` };
    const rig = remoteRig(t, { control, deps: { resolver: undefined, dial, localAddresses } });
    const outcome = await rig.deliver(`x@${host}`);
    assert.deepEqual(asked, expected);
    if (typeof text === 'string') assert.equal(outcome.text, text);
    else assert.match(outcome.text, text);
    assert.equal(outcome.kind, /#5/.test(outcome.text) ? 'never' : /#4/.test(outcome.text) ? 'later' : 'done');
  });
}

test('remote: remote.md 13, equal preference → both in random order, me never', async t => {
  const resolvers = `${await startDns(t, {
    'x.example': {
      mx: [
        [10, 'a.example'],
        [10, 'b.example'],
        [20, 'me.example'],
      ],
    },
    'a.example': { a: ['192.0.2.1'] },
    'b.example': { a: ['192.0.2.2'] },
    'me.example': { a: ['127.0.0.1'] },
  })}\n`;
  const orders = new Set<string>();
  for (const random of [0, 0.99]) {
    const { dial, asked } = dialTo(1, ['192.0.2.1', '192.0.2.2']);
    await remoteRig(t, { control: { resolvers }, deps: { resolver: undefined, dial, random: () => random } }).deliver(
      'a@x.example',
    );
    orders.add(asked.join(' '));
  }
  assert.deepEqual(orders, new Set(['192.0.2.1:25 192.0.2.2:25', '192.0.2.2:25 192.0.2.1:25']));
});

test('remote: offline, no answer to the DNS query → later, never a bounce', async t => {
  // Nothing listens on the discard port of loopback.
  const rig = remoteRig(t, { control: { resolvers: '127.0.0.1:9\n' }, deps: { resolver: undefined } });
  const outcome = await rig.deliver('a@host.invalid');
  assert.equal(outcome.kind, 'later');
  assert.match(outcome.text, /#4\.1\.2/);
});

test('remote: control/resolvers that makes no sense → later, and it says so', async t => {
  const rig = remoteRig(t, { control: { resolvers: 'dns.example\n' }, deps: { resolver: undefined } });
  const outcome = await rig.deliver('a@host.invalid');
  assert.equal(outcome.kind === 'later' && outcome.status, '4.3.5');
  assert.match(outcome.text, /control\/resolvers must hold IP addresses/);
});

const aaaaType = 28;

test('resolver: no answer for IPv6 → the IPv4 address, before the question is asked again', async t => {
  let questions = 0;
  const zone: Zone = { 'half.example': { a: ['192.0.2.1'], silent: ['aaaa'] } };
  const server = await startDns(t, zone, (_, type) => {
    if (type === aaaaType) questions++;
  });
  const answer = await createDnsResolver([server]).addresses('half.example');
  assert.deepEqual(answer, { kind: 'found', records: ['192.0.2.1'] });
  assert.equal(questions, 1);
});

test('resolver: answers that do not fit into UDP → asked for by TCP', async t => {
  const mx: [number, string][] = Array.from({ length: 60 }, (_, at) => [at, `exchanger-${at}.large.example`]);
  const resolver = createDnsResolver([await startDns(t, { 'large.example': { mx, a: ['192.0.2.1'], large: true } })]);
  const answer = await resolver.mx('large.example');
  assert.equal(answer.kind === 'found' && answer.records.length, 60);
  assert.deepEqual(await resolver.addresses('large.example'), { kind: 'found', records: ['192.0.2.1'] });
});

test('resolver: localhost → loopback without a query', async () => {
  const answer = await createDnsResolver(['127.0.0.1:9']).addresses('localhost');
  assert.deepEqual(answer, { kind: 'found', records: ['127.0.0.1', '::1'] });
});

test('remote: a domain that is an alias → the recipient is sent as it was written (notqmail; 1.03 would rewrite it)', async t => {
  const peer = await startPeer(t);
  const { dial } = dialTo(peer.port);
  const control = { resolvers: `${await startDns(t, zone)}\n` };
  await remoteRig(t, { control, deps: { resolver: undefined, dial } }).deliver('Bob@Alias.example');
  assert.equal(peer.sessions[0]?.commands[2], 'RCPT TO:<Bob@Alias.example>');
});

async function routed(t: TestContext, smtproutes: string, zone: Zone = {}) {
  const resolvers = `${await startDns(t, zone)}\n`;
  return remoteRig(t, { control: { smtproutes, resolvers }, deps: { resolver: undefined } });
}

test('remote: a route → its addresses only, no MX, also to ourselves', async t => {
  const peer = await startPeer(t);
  const rig = await routed(t, `:relay.example:${peer.port}\n`, {
    'relay.example': { mx: [[0, 'other.example']], a: ['127.0.0.1'] },
  });
  assert.equal((await rig.deliver('a@anywhere.example')).kind, 'done');
});

test('remote: a route to an IPv6 literal → that address', async t => {
  const peer = await startPeer(t, {}, '::1');
  const outcome = await remoteRig(t, { control: { smtproutes: `:[::1]:${peer.port}\n` } }).deliver('a@b');
  assert.match(outcome.text, /^::1 accepted message\./);
});

const failing: [what: string, smtproutes: string, text: string][] = [
  // remote.md 5
  ['a relay that does not exist', ':host.invalid\n', "Sorry, I couldn't find any host named host.invalid. (#5.1.2)\n"],
  ['a port that is none', ':127.0.0.1:smtp\n', 'control/smtproutes names no port from 1 to 65535 for b. (#4.3.5)\n'],
  // remote.md 4: nothing listens on the discard port
  ['a closed port', ':127.0.0.1:9\n', "Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)\n"],
];

for (const [what, smtproutes, text] of failing) {
  test(`remote: route to ${what} → ${text.slice(0, 50)}…`, async t => {
    const rig = await routed(t, smtproutes);
    assert.equal((await rig.deliver('a@b')).text, text);
  });
}

test('remote: connection refused → the log names address, port, host and reason', async t => {
  const rig = remoteRig(t, { port: 9 });
  await rig.deliver('a@b.example');
  assert.equal(rig.log.length, 1);
  assert.match(
    rig.log[0] as string,
    /^remote: 127\.0\.0\.1 port 9 for b\.example: connect ECONNREFUSED|connection refused/,
  );
});

test('dial: a host that does not answer → DialTimeout after the time given', async () => {
  let fire = (): void => {};
  const clock = {
    ...systemClock,
    after: (_: number, run: () => void) => {
      fire = run;
      return () => {};
    },
  };
  // A connect to loopback cannot hang, so the clock is quicker than the network.
  const attempt = createDial(clock)('127.0.0.1', 9, 1000);
  fire();
  await assert.rejects(attempt, DialTimeout);
});
