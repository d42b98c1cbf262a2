// The owner's process is started again when it ends, hangs or lies: played by a program that does each of these.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ApiError } from '../../../../core/api/errors.ts';
import type { Caller } from '../../../../core/api/transport/caller.ts';
import { openOwnerProcess } from '../../../../core/host/owner-process/owner-process.ts';
import type { OwnerJob } from '../../../../core/host/owner-process/protocol.ts';
import { processCommand } from '../../../../core/host/processes/process-commands.ts';
import { startDirectly } from '../../../../core/lib/process/start-process.ts';
import { until } from '../../../support/until.ts';

const program = join(import.meta.dirname, '..', '..', '..', 'support', 'nasty-owner-process.ts');

const owner: Caller = { user: 'alice', way: { kind: 'control-socket' } };

function reader(t: TestContext, how: string) {
  const log: string[] = [];
  const heard: unknown[] = [];
  const startedMs: number[] = [];
  const start = startDirectly(role => ({ ...processCommand(role), args: [program, how] }));
  const it = openOwnerProcess({
    start: role => {
      startedMs.push(performance.now());
      return start(role);
    },
    job: () => ({}) as OwnerJob,
    log: line => log.push(line),
    wasQueued: async () => false,
    accept: async () => ({ ok: false, code: 53, permanent: false, text: '' }),
    changed: data => heard.push(data),
    arrived: data => heard.push(data),
    problemsChanged: () => {},
    times: { firstPauseMs: 100, longestPauseMs: 400, pingMs: 200, deafMs: 10_000 },
  });
  t.after(() => it.close());
  return { ...it, log, heard, startedMs };
}

/** What a call is refused with. */
async function refusal(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => assert.fail('it was answered'),
    (error: ApiError) => error,
  );
  return `${error.kind}: ${error.message}`;
}

test('reader: it cannot run → started again after pauses that grow; calls and the state say so', async t => {
  const { handlers, startedMs, problems, log } = reader(t, 'dies');
  await until('three starts', () => startedMs.length >= 3);
  const pauses = startedMs.slice(1).map((at, i) => at - (startedMs[i] as number));
  assert.ok((pauses[0] as number) > 99 && (pauses[1] as number) > 199, String(pauses));
  assert.match(
    await refusal(handlers['mail.mailboxes']({}, owner)),
    /^failed: Mail cannot be read at the moment: the process that reads it is not available \(it ended with exit code 5\)/,
  );
  assert.match(JSON.stringify(problems()), /reader-away.*It is restarted automatically/);
  assert.match(
    log[0] ?? '',
    /^alert: the process that reads mail is not available: it ended with exit code 5; it is restarted in/,
  );
});

test('reader: it answers a call by an endless loop → it is ended, the call refused, and the next one works', async t => {
  const { handlers, log, startedMs } = reader(t, 'loops');
  const refused = await refusal(handlers['mail.read']({ id: 'INBOX/1' }, owner));
  assert.match(refused, /^unsure: The process that reads mail ended before it answered/);
  assert.ok(log.includes('alert: the process that reads mail does not answer, so it is ended'), log.join('\n'));
  await until('another one', () => startedMs.length > 1);
});

test('reader: an event that breaks the contract → it is not passed on', async t => {
  const { handlers, heard, unread, problems, log } = reader(t, 'lies');
  assert.equal(await refusal(handlers['mail.mailboxes']({}, owner)), 'bug: mail.mailboxes: the reply is not valid');
  assert.equal(
    await refusal(handlers['mail.source']({ id: 'INBOX/1' }, owner)),
    'bug: mail.source: the reply is not valid',
  );
  assert.equal(
    await refusal(handlers['mail.read']({ id: 'INBOX/1' }, owner)),
    'gone: This message is no longer in INBOX: it was moved or deleted.',
  );
  assert.deepEqual([heard, unread(), problems(), log], [[], 0, [], ['one | two']]);
});

test('reader: the host closes it → calls are refused, and none is started', async t => {
  const { handlers, close, startedMs } = reader(t, 'lies');
  await refusal(handlers['mail.read']({ id: 'INBOX/1' }, owner));
  await close();
  assert.equal(await refusal(handlers['mail.read']({ id: 'INBOX/1' }, owner)), 'failed: Waypost is stopping.');
  assert.equal(startedMs.length, 1);
});
