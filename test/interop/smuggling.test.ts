// The published ways to smuggle a second message into the first (one server sees the end of a message where the
// next does not): none of them works, on the way in or out, however the packets are cut.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rawClient } from '../support/raw-client.ts';
import { remoteRig } from '../support/remote-rig.ts';
import { type SmtpRig, startSmtp } from '../support/smtp-rig.ts';

const lineEnds = ['\r', '\n', '\r\n', '\n\r', '\r\r\n', '\r\0\n', '\n\n'];
const dots = ['.', '\0.', '.\0', ' .', '. '];
const theEnd = '\r\n.\r\n';

/** Everything that looks like the end of a message, and is not it. */
const sequences = lineEnds
  .flatMap(before => dots.flatMap(dot => lineEnds.map(after => before + dot + after)))
  .filter(sequence => !sequence.includes(theEnd));

const start = 'MAIL FROM:<a@b>\r\nRCPT TO:<joe@heaven.af.mil>\r\nDATA\r\n';
const second = 'MAIL FROM:<evil@b>\r\nRCPT TO:<joe@heaven.af.mil>\r\nDATA\r\nSubject: smuggled\r\n\r\nx';

/** Sends `DATA` and then a body in two packets, and waits for the end. */
async function send(rig: SmtpRig, first: string, rest: string): Promise<string> {
  const client = await rawClient(rig.port);
  await client.line();
  client.send(start);
  for (let n = 0; n < 3; n++) await client.line();
  client.send(first);
  await new Promise(setImmediate);
  client.send(rest);
  client.socket.end();
  return client.rest();
}

/** Every place to cut in, from before the sequence to the words behind it. */
function cuts(before: string, sequence: string): number[] {
  return Array.from({ length: sequence.length + 3 }, (_, n) => before.length - 1 + n);
}

test(`smuggling in: ${sequences.length} sequences, cut at every place → one message or none`, async t => {
  const rig = await startSmtp(t);
  const before = 'Subject: t\r\n\r\nx';
  for (const sequence of sequences) {
    const wire = `${before}${sequence}${second}${theEnd}`;
    for (const at of cuts(before, sequence)) {
      const replies = await send(rig, wire.slice(0, at), wire.slice(at));
      const shown = `${JSON.stringify(sequence)} cut at ${at - before.length}: ${JSON.stringify(replies)}`;
      assert.match(replies, /^(?:250 ok \d+ qp \d+|451 See [^ ]+)\r\n$/, shown);
      const taken = rig.taken.splice(0);
      assert.equal(taken.length, replies.startsWith('250') ? 1 : 0, shown);
      assert.ok(
        taken.every(({ envelope }) => !envelope.includes('evil')),
        shown,
      );
    }
  }
});

test('smuggling in: the true end, cut at every place → two messages', async t => {
  const rig = await startSmtp(t);
  const before = 'Subject: t\r\n\r\nx';
  for (const at of cuts(before, theEnd)) {
    const wire = `${before}${theEnd}${second}${theEnd}`;
    await send(rig, wire.slice(0, at), wire.slice(at));
    const senders = rig.taken.splice(0).map(({ envelope }) => envelope.split('\0')[0]);
    assert.deepEqual(senders, ['Fa@b', 'Fevil@b'], `cut at ${at - before.length}`);
  }
});

test(`smuggling out: ${sequences.length} sequences and the true end in a queued message → one message, whole, or a refusal`, async t => {
  const receiver = await startSmtp(t);
  const { deliver } = remoteRig(t, { port: receiver.port });
  for (const sequence of [...sequences, theEnd, '\n.\n', '\n..\n']) {
    const text = `Subject: t\n\nx${sequence}${second}\n`;
    const outcome = await deliver('joe@heaven.af.mil', { sender: 'a@b', text });
    const taken = receiver.taken.splice(0);
    const shown = `${JSON.stringify(sequence)}: ${outcome.text}`;
    if (sequence.includes('\0') && outcome.kind === 'never') {
      assert.deepEqual(taken, [], shown);
      continue;
    }
    assert.equal(outcome.kind, 'done', shown);
    assert.deepEqual(
      taken.map(one => ({ ...one, text: one.text.replace(/^Received: .*\n {2}by .*\n/, '') })),
      [{ envelope: 'Fa@b\0Tjoe@heaven.af.mil\0\0', text: text.replace(/\r\n|\r/g, '\n') }],
      shown,
    );
  }
});
