// A message is sent once and copied to Sent once, though Send is pressed twice, its answer is lost or the host ends midway.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { desk, draft } from '../../../support/compose-desk.ts';

const message = { ...draft, to: 'a@b.example', bcc: 'Hidden <h@dark.example>', subject: 's', text: 'Hello' };

test('start, save, open: a draft → its Message-ID from the first moment, kept, and no other’s', async () => {
  const { compose, messages } = desk();
  const first = await compose['compose.start']({ kind: 'new' });
  const second = await compose['compose.start']({ kind: 'mailto', url: 'mailto:a@b.example' });
  assert.match(first.messageId, /^<[^<>\s]+@id\.example>$/);
  assert.notEqual(first.messageId, second.messageId);
  const { id } = await compose['compose.save'](first);
  assert.match(messages.get(id)?.toString('latin1') ?? '', new RegExp(`^Message-ID: ${first.messageId}$`, 'm'));
  assert.equal((await compose['compose.open']({ id })).messageId, first.messageId);
});

test('send: twice, at once or one after the other → queued once, one copy', async () => {
  const { compose, messages, queued } = desk();
  const { messageId } = await compose['compose.start']({ kind: 'new' });
  const { id } = await compose['compose.save']({ ...message, messageId });
  const both = [1, 2].map(() => compose['compose.send']({ ...message, id, messageId }));
  const [one, two] = await Promise.all(both);
  assert.deepEqual([one, one?.kind], [two, 'queued']);
  assert.deepEqual(await compose['compose.send']({ ...message, id: null, messageId }), { kind: 'again', sent: null });
  assert.deepEqual([queued.length, [...messages.keys()].map(key => key.split('/')[0])], [1, ['Sent']]);
});

test('send: blind copies → in the copy in Sent, not in what is queued', async () => {
  const { compose, messages, queued } = desk();
  const reply = await compose['compose.send'](message);
  assert.equal(reply.kind, 'queued');
  const copy = [...messages.values()].map(String);
  assert.equal(copy.length, 1);
  assert.equal(copy[0], `Bcc: Hidden <h@dark.example>\n${queued[0]?.raw}`);
  assert.doesNotMatch(String(queued[0]?.raw), /dark|Hidden|X-Waypost/);
});

for (const lost of ['after', 'before'] as const) {
  test(`send: the answer is lost ${lost} the queue has it → “may have been sent”; asked later, the truth and all that follows`, async () => {
    for (const next of ['look', 'send', 'restart'] as const) {
      const { compose, restarted, line, messages, flags, queued, receive } = desk();
      receive('INBOX/1', ['Message-ID: <1@x>', 'From: a@b.example', '', 'hi']);
      const { messageId } = await compose['compose.start']({ kind: 'new' });
      const source = { id: 'INBOX/1', kind: 'reply' } as const;
      const { id } = await compose['compose.save']({ ...message, messageId, source });
      line.lost = lost;
      await assert.rejects(compose['compose.send']({ ...message, id, messageId, source }), { kind: 'unsure' });
      delete line.lost;
      const later = restarted();
      const wasQueued = lost === 'after';
      if (next === 'restart') await later.finishInterrupted();
      else if (next === 'look') assert.deepEqual(await later['compose.look']({ messageId }), { queued: wasQueued });
      else {
        const { kind } = await later['compose.send']({ ...message, id, messageId, source });
        assert.equal(kind, wasQueued ? 'again' : 'queued');
      }
      const isSent = wasQueued || next === 'send';
      const left = [...messages].filter(([key]) => key !== 'INBOX/1');
      assert.deepEqual(
        [next, queued.length, left.map(([key]) => key.split('/')[0])],
        [next, isSent ? 1 : 0, [isSent ? 'Sent' : 'Drafts']],
      );
      const [[, raw] = assert.fail()] = left;
      assert.match(String(raw), /^Bcc: Hidden <h@dark.example>$/m);
      assert.match(String(raw), /^In-Reply-To: <1@x>$/m);
      assert.doesNotMatch(String(raw), /X-Waypost-Sending/);
      assert.equal(flags.get('INBOX/1')?.includes('R') ?? false, isSent);
    }
  });
}

test('send: agreed to a name without a host, and the answer is lost → the copy names the whole address', async () => {
  const { compose, restarted, line, messages } = desk();
  const { messageId } = await compose['compose.start']({ kind: 'new' });
  line.lost = 'after';
  const asked = { ...draft, to: 'Jo <jo>', messageId, agreed: ['jo@here.example'] };
  await assert.rejects(compose['compose.send'](asked), { kind: 'unsure' });
  await restarted().finishInterrupted();
  assert.deepEqual(
    [...messages.keys()].map(key => key.split('/')[0]),
    ['Sent'],
  );
  assert.match(String([...messages.values()][0]), /^To: Jo <jo@here.example>$/m);
});

test('send: no copy can be kept → the draft that was sent stays, and is a copy after the next start', async () => {
  const failing: string[] = [];
  const { compose, restarted, messages, queued } = desk({ failing });
  failing.push('add Sent');
  const { messageId } = await compose['compose.start']({ kind: 'new' });
  const reply = await compose['compose.send']({ ...message, messageId });
  assert.deepEqual([reply.kind, reply.kind === 'queued' && reply.sent], ['queued', null]);
  assert.deepEqual(
    [...messages.keys()].map(key => key.split('/')[0]),
    ['Drafts'],
  );
  failing.pop();
  await restarted().finishInterrupted();
  assert.deepEqual([[...messages.keys()].map(key => key.split('/')[0]), queued.length], [['Sent'], 1]);
});

test('send: the end comes between the copy and the removal of the draft → no second copy after the next start', async () => {
  const failing: string[] = ['remove'];
  const { compose, restarted, messages, queued } = desk({ failing });
  const { messageId } = await compose['compose.start']({ kind: 'new' });
  await compose['compose.send']({ ...message, messageId });
  const left = () => [...messages.keys()].map(key => key.split('/')[0]).toSorted();
  assert.deepEqual(left(), ['Drafts', 'Sent']);
  failing.pop();
  await restarted().finishInterrupted();
  assert.deepEqual([left(), queued.length], [['Sent'], 1]);
});
