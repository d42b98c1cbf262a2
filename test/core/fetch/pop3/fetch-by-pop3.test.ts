// Runs over a POP3 mailbox: what is queued, what is deleted there, and what is said when a server is broken or hostile.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { popAccount, startFetchRig, subjects } from '../../../support/fetch-rig.ts';
import { pop3Peer, providersMessage, type Quirk } from '../../../support/pop3-peer.ts';
import { until } from '../../../support/until.ts';

const one = { uid: 'u1', text: providersMessage('one') };
const two = { uid: 'u2', text: providersMessage('two', [], '..\r\n.x\r\n\rbare\r\n') };

test('keep no → each message is queued whole, for its recipient, and deleted; the next run finds nothing', async t => {
  const peer = pop3Peer([one, two]);
  const rig = await startFetchRig(t, `${popAccount}keep no\n`, peer.serve);
  const status = await rig.fetch();
  assert.deepEqual([status.error, status.lastSuccess?.fetched], [null, 2]);
  assert.deepEqual(
    rig.queued.map(({ sender, recipients, text }) => [sender, recipients, text.slice(text.indexOf('Return-Path'))]),
    [one, two].map(({ text }) => ['ann@sender.example', ['ines@here.example'], text.replaceAll('\r\n', '\n')]),
  );
  assert.match(
    rig.queued[0]?.text ?? '',
    /^Received: from 127\.0\.0\.1 \(account provider\)\n {2}by here\.example with POP3 id [0-9a-f]{32}; /,
  );
  assert.deepEqual(peer.messages, []);
  assert.equal((await rig.fetch()).lastSuccess?.fetched, 0);
  assert.equal(rig.queued.length, 2);
});

test('keep as by default → a message is fetched once, over a restart too, and stays', async t => {
  const peer = pop3Peer([one]);
  const rig = await startFetchRig(t, popAccount, peer.serve);
  await rig.fetch();
  await rig.restart();
  peer.messages.push(two);
  await rig.fetch();
  assert.deepEqual(subjects(rig), ['one', 'two']);
  assert.equal(peer.messages.length, 2);
});

test('keep 2 → deleted two days after it came, and not before', async t => {
  const peer = pop3Peer([one]);
  const rig = await startFetchRig(t, `${popAccount}keep 2\n`, peer.serve);
  await rig.fetch();
  rig.clock.pass(2 * 86_400_000 - 1);
  await rig.fetch();
  assert.equal(peer.messages.length, 1);
  rig.clock.pass(1);
  await rig.fetch();
  assert.deepEqual([peer.messages.length, rig.queued.length], [0, 1]);
});

test('the server breaks in the middle of a message → nothing of it is queued, and the next run fetches it', async t => {
  let breaks = true;
  const quirk: Quirk = command => {
    if (command !== 'RETR 2' || !breaks) return undefined;
    return '+OK\r\nSubject: two\r\n\r\nthe beg';
  };
  const peer = pop3Peer([one, two], quirk);
  const rig = await startFetchRig(t, `${popAccount}keep no\n`, stream => {
    peer.serve(stream);
    stream.on('data', () => {
      if (breaks && peer.asked.at(-1) === 'RETR 2') setImmediate(() => stream.destroy());
    });
  });
  const status = await rig.fetch();
  assert.match(status.error?.text ?? '', /127\.0\.0\.1 has closed the connection/);
  assert.deepEqual([subjects(rig), peer.messages.length], [['one'], 2]);
  breaks = false;
  assert.equal((await rig.fetch()).error, null);
  assert.deepEqual([subjects(rig), peer.messages.length], [['one', 'two'], 0]);
});

test('QUIT is not answered → the messages are deleted by the next run, and not fetched again', async t => {
  let breaks = true;
  const peer = pop3Peer([one], command => (command === 'QUIT' && breaks ? 'close' : undefined));
  const rig = await startFetchRig(t, `${popAccount}keep no\n`, peer.serve);
  assert.match((await rig.fetch()).error?.text ?? '', /closed/);
  assert.equal(peer.messages.length, 1);
  breaks = false;
  await rig.fetch();
  assert.deepEqual([peer.messages, rig.queued.length], [[], 1]);
});

test('a message that is too large → stays, a message with its header says so once; it is fetched when it may', async t => {
  const large = { uid: 'big', text: providersMessage('boats', [], `${'x'.repeat(3000)}\r\n`) };
  const peer = pop3Peer([large]);
  const rig = await startFetchRig(t, `${popAccount}keep no\nmax-bytes 2000\n`, peer.serve);
  await rig.fetch();
  await rig.fetch();
  assert.equal(rig.queued.length, 1);
  const [notice] = rig.queued;
  assert.deepEqual([notice?.sender, notice?.recipients], ['', ['ines@here.example']]);
  assert.match(notice?.text ?? '', /^Subject: A message was left at 127\.0\.0\.1$/m);
  assert.match(notice?.text ?? '', /max-bytes 2000[\s\S]*\n {2}Subject: boats\n/);
  assert.equal(peer.messages.length, 1);
  rig.rewrite(`${popAccount}keep no\n`);
  await rig.fetch();
  assert.deepEqual([subjects(rig)[1], peer.messages.length], ['boats', 0]);
});

test('a message that was delivered here before → stays, and is not delivered again', async t => {
  const back = { uid: 'u1', text: providersMessage('round', ['Delivered-To: INES@here.example']) };
  const peer = pop3Peer([back, two]);
  const rig = await startFetchRig(t, `${popAccount}keep no\n`, peer.serve);
  const status = await rig.fetch();
  assert.deepEqual(subjects(rig), ['A message was left at 127.0.0.1', 'two']);
  assert.deepEqual([status.lastSuccess?.left, peer.messages.length], [1, 1]);
});

test('the server numbers its messages anew → none comes twice, a new one comes', async t => {
  const peer = pop3Peer([one, two]);
  const rig = await startFetchRig(t, popAccount, peer.serve);
  await rig.fetch();
  peer.messages = [one, two, { uid: '', text: providersMessage('three') }].map(({ text }, at) => ({
    uid: `v${at}`,
    text,
  }));
  await rig.fetch();
  await rig.fetch();
  assert.deepEqual(subjects(rig), ['one', 'two', 'three']);
});

test('two messages with one UID → the second is fetched when the first is gone, and said', async t => {
  const peer = pop3Peer([one, { uid: 'u1', text: providersMessage('other') }]);
  const rig = await startFetchRig(t, `${popAccount}keep no\n`, peer.serve);
  assert.match((await rig.fetch()).remarks[0] ?? '', /two messages have the same ID there \(u1\)/);
  assert.deepEqual(subjects(rig), ['one']);
  await rig.fetch();
  assert.deepEqual([subjects(rig), peer.messages], [['one', 'other'], []]);
});

test('multidrop → by the topmost field of the provider that has the domain, else to the address of the line to', async t => {
  const peer = pop3Peer([
    { uid: '1', text: providersMessage('a', ['Delivered-To: all@provider.example', 'Delivered-To: joe@Here.Example']) },
    { uid: '2', text: providersMessage('b', ['Delivered-To: x@here.example', 'X-Original-To: ann@here.example']) },
    { uid: '3', text: providersMessage('c', ['To: ben@here.example']) },
  ]);
  const rig = await startFetchRig(t, `${popAccount}multidrop here.example\n`, peer.serve);
  await rig.fetch();
  assert.deepEqual(
    rig.queued.map(({ recipients }) => recipients),
    [['joe@Here.Example'], ['ann@here.example'], ['ines@here.example']],
  );
});

test('a recipient that is not of this host → nothing is queued or deleted', async t => {
  const peer = pop3Peer([one]);
  const rig = await startFetchRig(t, `${popAccount.replace('here.example', 'there.example')}keep no\n`, peer.serve);
  const { error } = await rig.fetch();
  assert.deepEqual([error?.kind, error?.text], ['wrong', 'ines@there.example is not delivered on this host']);
  assert.deepEqual([rig.queued, peer.messages.length], [[], 1]);
});

test('the queue takes nothing now → the message stays, and is fetched when the queue does', async t => {
  const peer = pop3Peer([one]);
  const rig = await startFetchRig(t, `${popAccount}keep no\n`, peer.serve);
  rig.refuses = { ok: false, code: 53, permanent: false, text: 'qq write error or disk full (#4.3.0)' };
  assert.match((await rig.fetch()).error?.text ?? '', /disk full/);
  rig.refuses = undefined;
  await rig.fetch();
  assert.deepEqual([subjects(rig), peer.messages], [['one'], []]);
});

test('a refused login → said once, tried again after an hour and then after four; the password is in no file but its own', async t => {
  const peer = pop3Peer([one], command => (command.startsWith('PASS') ? '-ERR [AUTH] not sesame\r\n' : undefined));
  const rig = await startFetchRig(t, popAccount.replace('every 0', 'every 15'), peer.serve);
  const fetched = () =>
    until('a run', () => rig.status().state === 'resting' && rig.status().error?.kind === 'refused');
  rig.clock.pass(5000);
  await fetched();
  assert.equal(rig.status().error?.text, '127.0.0.1 refuses the login of joe: [AUTH] not (not shown)');
  for (const [ms, dials] of [
    [3_599_000, 1],
    [1000, 2],
    [14_399_000, 2],
    [1000, 3],
  ] as const) {
    rig.clock.pass(ms);
    await fetched();
    assert.equal(rig.dials, dials);
  }
  assert.equal(rig.log.filter(line => line.includes('refuses the login')).length, 1);
  assert.doesNotMatch(rig.log.join('\n'), /sesame/);
});

test('a server with CRAM-MD5 on a plain connection → the password is not sent, PLAIN is not used', async t => {
  const challenge = Buffer.from('<1896.697170952@postoffice.example>').toString('base64');
  const peer = pop3Peer([one], command => {
    if (command === 'CAPA') return '+OK\r\nSASL PLAIN CRAM-MD5\r\nUIDL\r\n.\r\n';
    if (command === 'AUTH CRAM-MD5') return `+ ${challenge}\r\n`;
    return /^[A-Za-z0-9+/=]{20,}$/.test(command) ? '+OK\r\n' : undefined;
  });
  const rig = await startFetchRig(t, popAccount, peer.serve);
  assert.equal((await rig.fetch()).error, null);
  const digest = createHmac('md5', 'sesame').update('<1896.697170952@postoffice.example>').digest('hex');
  assert.deepEqual(peer.asked.slice(0, 3), ['CAPA', 'AUTH CRAM-MD5', Buffer.from(`joe ${digest}`).toString('base64')]);
  assert.doesNotMatch(peer.asked.join('\n'), /sesame|PASS/);
  assert.deepEqual(subjects(rig), ['one']);
});

test('a password that others can read → not used', async t => {
  const peer = pop3Peer([one]);
  const rig = await startFetchRig(t, popAccount.replace('secret provider', 'secret open'), peer.serve);
  writeFileSync(join(rig.home, 'secrets/open'), 'sesame\n', { mode: 0o644 });
  assert.match(
    (await rig.fetch()).error?.text ?? '',
    /secrets\/open can be read by other users of this machine: run chmod 600/,
  );
  assert.equal(rig.dials, 0);
});

const manyLines = (line: (at: number) => string) => Array.from({ length: 2000 }, (_, at) => line(at)).join('');
const broken: readonly (readonly [what: string, command: string, says: string, expected: RegExp])[] = [
  ['greets as SMTP', '', '220 smtp.example ESMTP\r\n', /does not speak POP3: it says "220 smtp\.example ESMTP"/],
  ['is busy', '', '-ERR [SYS/TEMP] later\r\n', /does not serve now: \[SYS\/TEMP\] later/],
  ['sends a line without an end', 'STAT', 'x'.repeat(5000), /sends a line that does not end/],
  ['has no UIDL', 'UIDL', '-ERR what?\r\n', /refuses UIDL: what\?/],
  ['lists more than there is', 'UIDL', `+OK\r\n${manyLines(at => `${at} u${at}\r\n`)}`, /does not end its list/],
  ['gives nonsense for IDs', 'UIDL', '+OK\r\n1 \x01\x02\r\n.\r\n', /no IDs that are right/],
  ['says no number', 'STAT', '+OK many\r\n', /does not say how many messages there are/],
  ['sends more than a message has', 'RETR 1', `+OK\r\n${'x'.repeat(2_000_000)}\r\n`, /sends more than the message has/],
  ['lets joe in later', 'PASS sesame', '-ERR [IN-USE] locked\r\n', /lets joe in later: \[IN-USE\] locked/],
];
for (const [what, command, says, expected] of broken) {
  test(`a server that ${what} → the run ends with words, nothing is queued or deleted`, async t => {
    const peer = pop3Peer([one], asked => (asked === command ? says : undefined));
    const rig = await startFetchRig(t, `${popAccount}keep no\n`, peer.serve);
    const { error } = await rig.fetch();
    assert.match(error?.text ?? '', expected);
    assert.equal(error?.kind, 'unable');
    assert.deepEqual([rig.queued, peer.messages.length], [[], 1]);
  });
}

test('a server that says nothing, and one that sends a byte a second → given up', async t => {
  for (const trickle of ['', '+']) {
    const rig = await startFetchRig(t, popAccount, stream => void stream.write(trickle));
    await rig.fetching.handlers['fetch.now']({ name: 'provider' });
    await until('the run', () => rig.status().progress && rig.dials === 1);
    const status = await until('the end', () => {
      rig.clock.pass(1000);
      return rig.status().error && rig.status();
    });
    assert.match(status.error?.text ?? '', /is too slow, or does not answer/);
  }
});

test('a message that takes more than ten minutes for 64 KB → given up, nothing is queued', async t => {
  const peer = pop3Peer([one], command => (command === 'RETR 1' ? '+OK\r\nSubject: slow\r\n' : undefined));
  const rig = await startFetchRig(t, popAccount, peer.serve);
  await rig.fetching.handlers['fetch.now']({ name: 'provider' });
  await until('RETR', () => peer.asked.includes('RETR 1'));
  const status = await until('the end', () => {
    rig.clock.pass(60_000);
    return rig.status().error && rig.status();
  });
  assert.match(status.error?.text ?? '', /is too slow/);
  assert.deepEqual(rig.queued, []);
});

test('the state cannot be written → nothing is fetched', async t => {
  const peer = pop3Peer([one]);
  const rig = await startFetchRig(t, `${popAccount}keep no\n`, peer.serve);
  mkdirSync(join(rig.home, 'fetch/provider/pop3.state'), { recursive: true });
  const { error } = await rig.fetch();
  assert.match(error?.text ?? '', /what is known of its messages cannot be read/);
  assert.deepEqual([rig.queued, peer.messages.length], [[], 1]);
});

test('the queue has a message that nobody noted → the next start notes it, and it is not fetched again', async t => {
  const peer = pop3Peer([one]);
  const rig = await startFetchRig(t, `${popAccount}keep no\n`, peer.serve);
  const token = 'a'.repeat(32);
  mkdirSync(join(rig.home, 'fetch/provider'), { recursive: true });
  const state = `begun u1 ${token} ${one.text.length}\nbegun u2 ${'b'.repeat(32)} 10\nhere u`;
  writeFileSync(join(rig.home, 'fetch/provider/pop3.state'), state);
  rig.queued.push({ sender: '', recipients: [], text: `Received: by here.example with POP3 id ${token}; now\n\n` });
  await rig.restart();
  peer.messages.push(two);
  await rig.fetch();
  assert.deepEqual([subjects(rig), peer.messages], [[undefined, 'two'], []]);
});

test('the file of an account goes and comes back during a run → one run after the other, nothing is fetched twice', async t => {
  const peer = pop3Peer([one, two]);
  let waits: (() => void) | undefined;
  const rig = await startFetchRig(t, popAccount, stream => {
    if (waits) return peer.serve(stream);
    waits = () => peer.serve(stream);
  });
  await rig.fetching.handlers['fetch.now']({ name: 'provider' });
  await until('the first connection', () => waits);
  rmSync(join(rig.home, 'control/fetch/provider'));
  rig.fetching.reload();
  rig.rewrite(popAccount);
  await until('the account is there again', () => rig.fetching.status().length === 1);
  waits?.();
  await rig.fetch();
  assert.deepEqual([subjects(rig), rig.dials], [['one', 'two'], 2]);
});
