// The steps of a contact that ask another host for mail, over streams in memory.
import assert from 'node:assert/strict';
import { type Duplex, duplexPair } from 'node:stream';
import { test } from 'node:test';
import { etrnStep } from '../../../../core/link/turn/etrn-step.ts';
import type { StepResult } from '../../../../core/link/turn/step-result.ts';
import { turnStep } from '../../../../core/link/turn/turn-step.ts';
import { smtpReplies } from '../../../support/serial-rig.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';

async function etrn(
  replies: readonly string[],
  nodes: readonly string[],
): Promise<{ result: StepResult; heard: string[] }> {
  const [client, far] = duplexPair();
  const heard: string[] = [];
  smtpReplies(replies, heard)(far);
  const result = await etrnStep(client, { nodes }, { heloHost: 'site.example', clock: steppedClock(0) });
  await new Promise(resolve => setImmediate(resolve));
  return { result, heard };
}

const hello = ['220 hub.example ESMTP', '250-hub.example\r\n250-PIPELINING\r\n250 etrn'];

test('etrn step: the server starts, or has nothing → done; every node is asked for', async () => {
  const replies = [...hello, '250 OK, queuing for node a.example started', '251 OK, no messages waiting for node #b'];
  const { result, heard } = await etrn([...replies, '221 bye'], ['a.example', '#b']);
  assert.deepEqual(heard, ['EHLO site.example', 'ETRN a.example', 'ETRN #b', 'QUIT']);
  assert.deepEqual(result, {
    ok: true,
    says: 'a.example: 250 OK, queuing for node a.example started; #b: 251 OK, no messages waiting for node #b',
  });
});

const failures: [what: string, replies: string[], says: string, heard: string[]][] = [
  [
    'it refuses a node',
    [...hello, '459 Node a.example not allowed: no', '221 bye'],
    'a.example: 459 Node a.example not allowed: no',
    ['EHLO site.example', 'ETRN a.example', 'QUIT'],
  ],
  [
    'it cannot now',
    [...hello, '458 Unable to queue messages for node a.example', '221 bye'],
    'a.example: 458 Unable to queue messages for node a.example',
    ['EHLO site.example', 'ETRN a.example', 'QUIT'],
  ],
  [
    'it does not offer ETRN',
    ['220 hub', '250-hub\r\n250 8BITMIME', '221 bye'],
    'the server does not offer ETRN',
    ['EHLO site.example', 'QUIT'],
  ],
  [
    'it knows HELO alone',
    ['220 hub', '502 what', '250 hub', '221 bye'],
    'the server does not offer ETRN',
    ['EHLO site.example', 'HELO site.example', 'QUIT'],
  ],
  ['it greets nobody', ['554 go\x07away', '221 bye'], 'the server refuses this host: 554 go away', ['QUIT']],
  ['it hangs up', hello, 'the conversation ended early: closed by the server', ['EHLO site.example', 'ETRN a.example']],
  ['it says no code', [...hello, 'thanks'], 'a.example: thanks', ['EHLO site.example', 'ETRN a.example', 'QUIT']],
];

for (const [what, replies, says, expected] of failures) {
  test(`etrn step: ${what} → said, and no other node is tried`, async () => {
    const { result, heard } = await etrn(replies, ['a.example', 'b.example']);
    assert.deepEqual(result, { ok: false, says });
    assert.deepEqual(heard, expected);
  });
}

test('etrn step: a server that never answers → given up in time', async () => {
  const [client] = duplexPair();
  const clock = steppedClock(0);
  const asked = etrnStep(client, { nodes: ['a.example'] }, { heloHost: 'site.example', clock });
  clock.pass(81_000);
  assert.deepEqual(await asked, { ok: false, says: 'the conversation ended early: timed out' });
});

async function turn(server: (stream: Duplex) => void, advanceMs = 0): Promise<StepResult> {
  const [client, far] = duplexPair();
  const clock = steppedClock(0);
  const asked = turnStep(client, clock, 5000);
  server(far);
  if (advanceMs > 0) clock.pass(advanceMs);
  return asked;
}

test('turn step: the server closes, at once or with a word; or keeps the connection → asked', async () => {
  const closed = { ok: true, says: 'asked' };
  assert.deepEqual(await turn(far => far.end()), closed);
  assert.deepEqual(await turn(far => far.end('hello\r\n'.repeat(10_000))), closed);
  assert.deepEqual(await turn(() => {}, 5000), { ok: true, says: 'asked; the server keeps the connection open' });
});

test('turn step: the connection breaks → said', async () => {
  const [client] = duplexPair();
  const asked = turnStep(client, steppedClock(0), 5000);
  client.destroy(new Error('read ECONNRESET'));
  assert.deepEqual(await asked, { ok: false, says: 'the server broke the connection: read ECONNRESET' });
});
