// Runs over an IMAP account: what is asked, what is kept in mind, and what is said when a server is broken or hostile.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { popAccount, startFetchRig, subjects } from '../../../support/fetch-rig.ts';
import { type ImapPeer, type ImapQuirk, imapPeer } from '../../../support/imap-peer.ts';
import { providersMessage } from '../../../support/pop3-peer.ts';

const one = { uid: 3, text: providersMessage('one') };
const two = { uid: 5000, text: providersMessage('two') };

async function start(t: TestContext, more: string, messages = [one, two], quirk?: ImapQuirk) {
  const peer = imapPeer(messages, quirk);
  const account = `${popAccount.replace('pop3', 'imap')}${more}`;
  const rig = await startFetchRig(t, account, peer.serve);
  return { peer, rig, account };
}

const fetches = ({ asked }: ImapPeer) => asked.filter(command => command.includes('BODY.PEEK[]')).length;

test('keep no → each message once, deleted by its UID and no other; the next run asks for nothing older', async t => {
  const { peer, rig } = await start(t, 'keep no\n');
  assert.equal((await rig.fetch()).error, null);
  assert.deepEqual([subjects(rig), peer.messages], [['one', 'two'], []]);
  assert.ok(peer.asked.includes('UID EXPUNGE 3,5000'));
  peer.messages = [{ uid: 5001, text: providersMessage('three') }];
  peer.uidNext = 5002;
  await rig.restart();
  await rig.fetch();
  assert.deepEqual(subjects(rig), ['one', 'two', 'three']);
  assert.equal(fetches(peer), 3);
});

test('without UIDPLUS → messages are marked as deleted, and that is said; others that are marked stay', async t => {
  const { peer, rig } = await start(t, 'keep no\n');
  peer.capabilities = 'IMAP4rev1';
  assert.match((await rig.fetch()).remarks[0] ?? '', /cannot delete single messages \(UIDPLUS\)/);
  assert.deepEqual(
    peer.asked.filter(command => command.includes('EXPUNGE')),
    [],
  );
  await rig.fetch();
  assert.deepEqual(subjects(rig), ['one', 'two']);
});

test('keep as by default → the folder is opened for reading only', async t => {
  const { peer, rig } = await start(t, '');
  await rig.fetch();
  assert.deepEqual(
    peer.asked.filter(command => /^(SELECT|EXAMINE|UID STORE|UID EXPUNGE)/.test(command)),
    ['EXAMINE INBOX'],
  );
});

test('another UIDVALIDITY → what is known by Message-ID and size does not come again', async t => {
  const { peer, rig } = await start(t, '');
  await rig.fetch();
  Object.assign(peer, { validity: 2, uidNext: 4 });
  peer.messages = [two, { uid: 0, text: providersMessage('three') }, one].map(({ text }, at) => ({
    uid: at + 1,
    text,
  }));
  await rig.fetch();
  await rig.fetch();
  assert.deepEqual(subjects(rig), ['one', 'two', 'three']);
});

test('a message that is too large → stays, said once, fetched when it may', async t => {
  const large = { uid: 7, text: providersMessage('boats', [], 'x'.repeat(300_000)) };
  const { peer, rig, account } = await start(t, 'max-bytes 2000\n', [large]);
  await rig.fetch();
  await rig.fetch();
  assert.deepEqual([subjects(rig), fetches(peer)], [['A message was left at 127.0.0.1'], 0]);
  assert.match(rig.queued[0]?.text ?? '', /\n {2}Subject: boats\n/);
  rig.rewrite(account.replace('max-bytes 2000\n', ''));
  await rig.fetch();
  assert.equal(rig.queued[1]?.text.endsWith('x'.repeat(300_000)), true);
});

test('a message that the server lists and does not give → said once, the others come, and it comes when it is given', async t => {
  let gives = false;
  const { rig } = await start(t, '', [one, two], command =>
    command.startsWith('UID FETCH 3 ') && command.includes('BODY') && !gives
      ? '* 1 FETCH (UID 3 FLAGS ())\r\n'
      : undefined,
  );
  await rig.fetch();
  await rig.fetch();
  assert.deepEqual(subjects(rig), ['A message was left at 127.0.0.1', 'two']);
  gives = true;
  await rig.fetch();
  assert.deepEqual(subjects(rig).slice(2), ['one']);
});

test('UIDs with large gaps → found in few commands', async t => {
  const far = [1, 2_000_000, 4_000_000_000].map(uid => ({ uid, text: providersMessage(`n${uid}`) }));
  const { peer, rig } = await start(t, '', far);
  await rig.fetch();
  assert.equal(rig.queued.length, 3);
  assert.ok(peer.asked.length < 60, String(peer.asked.length));
});

const bodyOf = (answer: string) => (command: string) =>
  command.startsWith('UID FETCH 3 ') && command.includes('BODY') ? answer : undefined;
const when = (start: string, answer: string) => (command: string) => (command.startsWith(start) ? answer : undefined);

const broken: readonly (readonly [what: string, quirk: ImapQuirk, expected: RegExp])[] = [
  [
    'announces a literal of 4 GB',
    bodyOf('* 1 FETCH (UID 3 BODY[]<0> {4294967296}\r\n'),
    /answers with more than was asked/,
  ],
  [
    'sends a line without an end',
    when('UID FETCH', `* 1 FETCH (${'x'.repeat(70_000)}`),
    /answers with more than was asked/,
  ],
  [
    'gives one UID twice',
    when('UID FETCH', '* 1 FETCH (UID 3 RFC822.SIZE 9)\r\n* 2 FETCH (UID 3 RFC822.SIZE 9)\r\n'),
    /two messages the UID 3/,
  ],
  [
    'sends more than was asked for',
    bodyOf(`* 1 FETCH (UID 3 BODY[]<0> {140000}\r\n${'x'.repeat(140_000)})\r\n`),
    /sends more than was asked for/,
  ],
  ['breaks off in the middle', when('UID FETCH 3 ', 'close'), /127\.0\.0\.1/],
  ['refuses the folder', when('EXAMINE', 'NO [UNAVAILABLE] later'), /127\.0\.0\.1 refuses a command: /],
];
for (const [what, quirk, expected] of broken) {
  test(`a server that ${what} → the run ends with words, nothing of the message is queued`, async t => {
    const { rig } = await start(t, '', [one], quirk);
    const { error } = await rig.fetch();
    assert.match(error?.text ?? 'no error', expected);
    assert.equal(error?.kind, 'unable');
    assert.deepEqual(rig.queued, []);
  });
}

test('a refused login → of the kind that is tried rarely', async t => {
  const { rig } = await start(t, '', [one], when('LOGIN', 'NO [AUTHENTICATIONFAILED] not sesame'));
  const { error } = await rig.fetch();
  assert.deepEqual(
    [error?.kind, error?.text],
    ['refused', '127.0.0.1 refuses the login of joe: [AUTHENTICATIONFAILED] not (not shown)'],
  );
});
