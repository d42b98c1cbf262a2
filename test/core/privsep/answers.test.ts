// What the parent answers to a host that an attacker has taken over: only what a host of ours may ask.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, chownSync, closeSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { boundSocket, socketPair } from '../../../core/lib/net/system-sockets.ts';
import { openQueued } from '../../../core/privsep/open-message.ts';
import { inProcessParent } from '../../support/in-process-parent.ts';
import { notRoot } from '../../support/root-home.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const hostUid = 54_331;

/** A home whose queue is the host's, with message 1 (the host's) and message 2 (root's). */
function rootsHome(t: TestContext): string {
  const home = tempDir(t);
  chmodSync(home, 0o755);
  for (const name of ['control', 'users', 'queue', 'queue/mess', 'queue/mess/1', 'queue/mess/2', 'queue/mess/3'])
    mkdirSync(join(home, name));
  writeFileSync(join(home, 'users/assign'), '=root:root:0:0:/root:::\n=joe:joe:54321:54322:/nonexistent:::\n.\n');
  writeFileSync(join(home, 'queue/mess/1/1'), 'Subject: x\n\n');
  writeFileSync(join(home, 'queue/mess/2/2'), 'root’s\n');
  for (const name of ['queue', 'queue/mess', 'queue/mess/1', 'queue/mess/1/1'])
    chownSync(join(home, name), hostUid, hostUid);
  return home;
}

/** One end of a pair, to be given away. */
function socket(t: TestContext): number {
  const [one, other] = socketPair();
  t.after(() => closeSync(one));
  return other;
}

const address = { host: 'h.example', sender: '' };

for (const [what, message] of [
  ['an unknown kind', { kind: 'shell', call: 1, command: 'id' }],
  ['a uid of its own', { kind: 'deliver', call: 1, id: 1, local: 'joe', ...address, uid: 0 }],
  ['a path for a message', { kind: 'deliver', call: 1, id: '../../../etc/shadow', local: 'joe', ...address }],
  ['half a message number', { kind: 'deliver', call: 1, id: 1.5, local: 'joe', ...address }],
  ['a program for a role', { kind: 'start', call: 1, role: 'sh' }],
  ['no object', 'kill'],
  [
    'a variable for a program of root',
    {
      kind: 'mailbox',
      call: 1,
      claim: { name: 'joe', secret: 'x', how: 'pass' },
      stamp: '',
      client: { LD_PRELOAD: '/tmp/x.so' },
    },
  ],
  ['a name without end', { kind: 'verify', call: 1, name: 'x'.repeat(100_000), password: '' }],
] as const) {
  test(`parent: the host asks with ${what} → it is ended, nothing is started`, t => {
    const parent = inProcessParent(t, { home: tempDir(t) });
    parent.say(message, socket(t));
    assert.deepEqual(
      parent.heard.map(said => Object.keys(said)),
      [['malformed']],
    );
  });
}

test('parent: a start without a socket, a number that is in use → the host is ended', { skip: notRoot }, async t => {
  const parent = inProcessParent(t, { home: tempDir(t) });
  parent.say({ kind: 'start', call: 1, role: 'parser' });
  assert.ok('malformed' in (parent.heard[0] ?? {}));
  parent.say({ kind: 'start', call: 2, role: 'parser' }, socket(t));
  await until('the start', () => parent.heard.length === 2);
  parent.say({ kind: 'start', call: 2, role: 'parser' }, socket(t));
  assert.ok('malformed' in (parent.heard[2] ?? {}));
});

test('parent: two requests with the same number at once → the host is ended', async t => {
  const mailbox = { kind: 'mailbox', call: 1, claim: { name: 'joe', secret: 'x', how: 'pass' }, stamp: '', client: {} };
  const verify = { kind: 'verify', call: 1, name: 'joe', password: 'x' };
  for (const asked of [mailbox, verify]) {
    const parent = inProcessParent(t, { home: rootsHome(t) });
    const given = () => (asked === mailbox ? socket(t) : undefined);
    parent.say(asked, given());
    assert.deepEqual(parent.heard, []);
    parent.say(asked, given());
    assert.deepEqual(parent.heard, [{ malformed: `${asked.kind} with a number that is in use` }]);
    await until('the answer', () => parent.heard.length === 2);
    parent.say(asked, given());
    await until('the next answer', () => parent.heard.length === 3);
    assert.ok(!('malformed' in (parent.heard[2] ?? {})));
  }
});

test('parent: more at the same time than any host asks for → refused for now', async t => {
  const parent = inProcessParent(t, { home: rootsHome(t) });
  for (let call = 1; call <= 2001; call++) parent.say({ kind: 'offersApop', call });
  const problem = { call: 2001, kind: 'problem', reason: 'too many requests at the same time' };
  await until('all answers', () => parent.heard.length === 2001);
  assert.deepEqual(
    parent.heard.filter(said => 'kind' in said && said.kind === 'problem'),
    [problem],
  );
});

test('parent: a delivery to an address assigned to root → refused for now, for any message', {
  skip: notRoot,
}, async t => {
  const home = rootsHome(t);
  const parent = inProcessParent(t, { home, openMessage: id => openQueued(home, id, hostUid) });
  const asked = await parent.deliver({ id: 1, local: 'root', ...address });
  assert.deepEqual('outcome' in asked && asked.outcome, {
    kind: 'later',
    status: '4.3.0',
    text: 'Not allowed to perform deliveries as root.\n',
  });
});

test('openQueued: the host’s own message → open; another’s, links of all kinds, directories, none → refused', {
  skip: notRoot,
}, t => {
  const home = rootsHome(t);
  const mess = (id: number) => join(home, 'queue/mess', String(id % 23), String(id));
  symlinkSync(mess(1), mess(24));
  linkSync(mess(2), mess(25));
  mkdirSync(mess(26));
  chownSync(mess(26), hostUid, hostUid);
  symlinkSync('/etc', join(home, 'queue/mess/4'));
  assert.ok(openQueued(home, 1, hostUid) > 2);
  for (const id of [2, 24, 25, 26, 3, 4]) assert.throws(() => openQueued(home, id, hostUid), `message ${id}`);
});

test('parent: a message that is not the host’s → the delivery waits, and nothing is started', {
  skip: notRoot,
}, async t => {
  const home = rootsHome(t);
  const parent = inProcessParent(t, { home, openMessage: id => openQueued(home, id, hostUid) });
  const asked = await parent.deliver({ id: 2, local: 'joe', ...address });
  assert.match(
    'outcome' in asked ? asked.outcome.text : '',
    /^Unable to read message: .* is not a message file of the host's/,
  );
});

test('boundSocket: loopback of both kinds → bound; a port with a listener → says that it is in use', async t => {
  for (const ip of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) assert.ok(boundSocket(ip, 0) > 2, ip);
  const server = createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  assert.throws(() => boundSocket('127.0.0.1', port), /address already in use/);
});
