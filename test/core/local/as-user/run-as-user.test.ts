// What the process of a delivery may send to the host: another program of its user may send instead of it.
import assert from 'node:assert/strict';
import { duplexPair } from 'node:stream';
import { test } from 'node:test';
import { systemClock } from '../../../../core/lib/clock.ts';
import { followUserRun } from '../../../../core/local/as-user/run-as-user.ts';
import type { NewMessages } from '../../../../core/local/message/new-messages.ts';
import { mostForwards } from '../../../../core/local/qmail-local.ts';

/** Plays a process that sends lines, and ends when it is killed or has sent them all. */
async function play(lines: readonly string[], queued: () => Promise<void> = async () => {}) {
  const [stream, theirs] = duplexPair();
  stream.on('error', () => {});
  theirs.on('error', () => {}).resume();
  let killed = false;
  let end = (_how: string): void => {};
  const ended = new Promise<string>(resolve => {
    end = resolve;
  });
  const kill = () => {
    killed = true;
    theirs.destroy();
    stream.destroy();
    end('it was killed');
  };
  const forwards: number[] = [];
  const accept: NewMessages['forward'] = async (_head, { recipients }) => {
    forwards.push(recipients.length);
    await queued();
    return { ok: true, qp: 1 };
  };
  const result = followUserRun(
    { stream, kill, ended },
    {
      clock: systemClock,
      begin: () => true,
      newMessages: { forward: accept, queue: async () => ({ ok: true, qp: 1 }) },
      deferSync: undefined,
      swept: undefined,
    },
  );
  for (const line of lines)
    if (!killed && !theirs.write(`${line}\n`)) await Promise.race([new Promise(r => theirs.once('drain', r)), ended]);
  if (!killed) theirs.end(() => end('it ended'));
  return { result: await result, killed, forwards };
}

const forward = (recipients: readonly string[]) =>
  JSON.stringify({ kind: 'forward', head: '', envelope: { sender: 'a@b', recipients } });
const ready = '{"kind":"ready"}';
const exit = (report: string) => JSON.stringify({ kind: 'exit', code: 0, report, deferred: false, swept: [] });

test('a delivery as its user: a forward, then its end → both count', async () => {
  const { result, killed, forwards } = await play([ready, forward(['x@y']), exit('did 0+1+0/\n')]);
  assert.deepEqual([killed, forwards, result], [false, [1], { code: 0, report: 'did 0+1+0/\n' }]);
});

const wrong: Record<string, readonly string[]> = {
  'a second message before the reply to the first': [ready, forward(['x@y']), forward(['x@y']), exit('')],
  'more recipients than a file may have': [
    ready,
    forward(Array.from({ length: mostForwards + 1 }, () => 'x')),
    exit(''),
  ],
  'a line of many megabytes': [ready, `{"kind":"${'x'.repeat(9 * 1024 * 1024)}"}`, exit('')],
  'a report with characters that are no bytes': [ready, exit('evil\u010a\u010a<joe@here.example>:\u010a')],
  'a report with a NUL': [ready, exit('evil\0')],
  'very many Maildirs': [
    ready,
    JSON.stringify({ kind: 'exit', code: 0, report: '', deferred: false, swept: Array.from({ length: 5000 }, String) }),
  ],
};

for (const [what, lines] of Object.entries(wrong)) {
  test(`a delivery as its user: ${what} → it is killed, and the message is deferred`, async () => {
    const { result, killed, forwards } = await play(lines, () => new Promise(resolve => setTimeout(resolve, 200)));
    assert.deepEqual([killed, result.code], [true, 'crashed']);
    assert.ok(forwards.length <= 1);
  });
}
