// An explanation of mail to other hosts agrees with the delivery, with routes and a DNS on loopback.
import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRemoteExplain } from '../../../core/remote/explain-remote.ts';
import { startDns, type Zone } from '../../support/dns-server.ts';
import { writeControl } from '../../support/queue-rig.ts';
import { remoteRig } from '../../support/remote-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';

const zone: Zone = {
  'one.example': { mx: [[10, 'a.example']] },
  'a.example': { a: ['192.0.2.1'] },
  'relay.example': { a: ['192.0.2.5'] },
  'null.example': { mx: [[0, '']] },
  'broken.example': 'SERVFAIL',
  'dangling.example': { mx: [[10, 'nowhere.example']] },
  'mine.example': { mx: [[10, 'me.example']] },
  'me.example': { a: ['127.0.0.1'] },
};
const smtproutes =
  '.routed.example:relay.example:26\nbad.example:relay.example:x\n.not.routed.example:\ngone.example:gone.invalid\n';
const qmtproutes = 'fast.example:192.0.2.9\n';

const hosts: [host: string, outcome: string, hosts: string[], says: RegExp][] = [
  ['one.example', 'remote', ['192.0.2.1'], /There is no route for one\.example\./],
  ['a.example', 'remote', ['192.0.2.1'], /no route/],
  ['x.routed.example', 'remote', ['192.0.2.5'], /The line for \.routed\.example leads to relay\.example, port 26\./],
  ['x.not.routed.example', 'never', [], /The line for \.not\.routed\.example is empty/],
  ['fast.example', 'remote', ['192.0.2.9'], /The line for fast\.example leads to 192\.0\.2\.9, port 209\./],
  ['bad.example', 'later', [], /an invalid port/],
  ['gone.example', 'never', [], /leads to gone\.invalid, port 25/],
  ['null.example', 'never', [], /no route/],
  ['broken.example', 'later', [], /no route/],
  ['dangling.example', 'never', [], /no route/],
  ['mine.example', 'never', [], /no route/],
  ['[192.0.2.7]', 'remote', ['192.0.2.7'], /no route/],
  ['[127.0.0.1]', 'never', [], /no route/],
  ['', 'never', [], /no route/],
];

for (const [host, outcome, addresses, says] of hosts) {
  test(`explain: ${host || 'no host'} → ${outcome}, as the delivery`, async t => {
    const resolvers = `${await startDns(t, zone)}\n`;
    const home = tempDir(t);
    const control = writeControl(home, { resolvers, smtproutes, qmtproutes });
    const localAddresses = () => ['127.0.0.1'];
    const { verdict, steps } = await createRemoteExplain({ home, control: () => control, localAddresses })(
      { sender: 'a@me.example', host },
      true,
    );
    assert.equal(verdict.outcome, outcome);
    assert.deepEqual(verdict.hosts, addresses);
    assert.match(steps[0]?.says ?? '', says);
    const dialled: string[] = [];
    const dial = async (ip: string) => {
      dialled.push(ip);
      throw new Error('connection refused');
    };
    const rig = remoteRig(t, {
      control: { resolvers, smtproutes, qmtproutes },
      deps: { resolver: undefined, dial, localAddresses },
    });
    const real = await rig.deliver(`x@${host}`);
    assert.deepEqual(dialled, addresses);
    if (outcome !== 'remote') assert.deepEqual([verdict.outcome, verdict.text], [real.kind, real.text]);
  });
}

test('explain: without asking the DNS → the route, or that mail exchangers will be asked; nothing goes out', async t => {
  const home = tempDir(t);
  const control = writeControl(home, { smtproutes });
  const resolver = { mx: () => assert.fail('asked'), addresses: () => assert.fail('asked') };
  const explain = createRemoteExplain({ home, control: () => control, resolver });
  const hosts = ['one.example', 'x.routed.example', '[192.0.2.7]'];
  const said = await Promise.all(hosts.map(host => explain({ sender: 'a@me.example', host }, false)));
  assert.deepEqual(
    said.map(({ verdict }) => verdict.text),
    [
      'It is sent to the mail exchangers of one.example by SMTP.',
      'It is sent to relay.example port 26 by SMTP.',
      'It is sent to 192.0.2.7 by SMTP.',
    ],
  );
  assert.equal(said[1]?.steps[0]?.line, 1);
});

test('explain: an exchanger whose preference announces QMTP → says so', async t => {
  const home = tempDir(t);
  const quick: Zone = { 'quick.example': { mx: [[12_801, 'a.example']] }, 'a.example': { a: ['192.0.2.1'] } };
  const control = writeControl(home, { resolvers: `${await startDns(t, quick)}\n` });
  const { steps } = await createRemoteExplain({ home, control: () => control })(
    { sender: 'a@me.example', host: 'quick.example' },
    true,
  );
  assert.equal(steps.at(-1)?.says, 'These addresses are tried in order: 192.0.2.1 (by QMTP first).');
});

test('explain: a sender with a login → the line, the relay and the user, nothing of the password', async t => {
  const home = tempDir(t);
  const authsenders = '@me.example:relay.example;465|joe|hunter2\n:relay.example|@missing\n';
  const control = writeControl(home, { authsenders });
  chmodSync(join(home, 'control/authsenders'), 0o600);
  const explain = createRemoteExplain({ home, control: () => control });
  const { steps, verdict } = await explain({ sender: 'joe@me.example', host: 'one.example' }, false);
  assert.deepEqual(
    steps.map(({ line, says }) => [line, says]),
    [
      [1, 'The line for the sender @me.example leads to relay.example, port 465.'],
      [1, 'There the login joe is used, inside TLS with a verified certificate only.'],
    ],
  );
  assert.equal(verdict.text, 'It is sent to relay.example port 465 by SMTP, logged in as joe.');
  chmodSync(join(home, 'control/authsenders'), 0o644);
  const open = await explain({ sender: 'joe@me.example', host: 'one.example' }, false);
  assert.match(
    open.steps[1]?.says ?? '',
    /^There is the login joe for it that cannot be used: the password in control\/authsenders can be read by every/,
  );
  assert.doesNotMatch(JSON.stringify([steps, verdict, open]), /hunter2/);
});

test('explain: lines of tlsdestinations → what they say, by the relay or the domain; a broken one → the mail waits', async t => {
  const home = tempDir(t);
  const pin = `=${'ab'.repeat(32)}`;
  const tlsdestinations = [
    ...['!never.example:', `%pinned.example:${pin}`, '=exact.example:', '~name.example:;s587', 'chain.example:'],
    ...['-any.example:', 'broken.example:a|b|c', '*:'],
  ].join('\n');
  const control = writeControl(home, { tlsdestinations, smtproutes: 'routed.example:any.example\n' });
  const explain = createRemoteExplain({ home, control: () => control });
  const names = ['never', 'pinned', 'exact', 'name', 'chain', 'any', 'broken', 'other', 'routed'];
  const said = await Promise.all(
    names.map(name => explain({ sender: 'a@me.example', host: `${name}.example` }, false)),
  );
  assert.deepEqual(
    said.map(({ steps }) => [steps[1]?.line, steps[1]?.says]),
    [
      [1, 'TLS is not used.'],
      [2, 'TLS is required, with the certificate that has the fingerprint in the line.'],
      [3, 'TLS is required, with a verified certificate for the host itself.'],
      [4, 'TLS is required, with a verified certificate for the host; a wildcard will do. The port is 587.'],
      [5, 'TLS is required, with a verified certificate.'],
      [6, 'TLS is required, with any certificate.'],
      [
        7,
        'The line cannot be followed, and mail waits: Of its second and third field one must be a depth, a port, or both: write 2, ;465, ;s587 or 2;465.',
      ],
      [8, 'TLS is used if the server offers it, with a verified certificate.'],
      [6, 'TLS is required, with any certificate.'],
    ],
  );
  assert.deepEqual(
    said.map(({ verdict }) => verdict.outcome === 'later'),
    names.map(name => name === 'broken'),
  );
});
