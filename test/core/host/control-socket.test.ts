// The control socket answers its owner alone, and survives frames, characters and departures of clients that could end the
// host.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Handlers } from '../../../core/api/contract.ts';
import type { Notice } from '../../../core/api/errors.ts';
import type { QueueChoice } from '../../../core/api/queue.ts';
import { callerText } from '../../../core/api/transport/caller.ts';
import { createDispatch, type Dispatch } from '../../../core/api/transport/dispatch.ts';
import { controlSocketPath, openControlSocket } from '../../../core/host/control-socket.ts';
import { onLine } from '../../../core/lib/process/text-lines.ts';
import { createChanges } from '../../../core/queue/owner/changes.ts';
import type { CommandIo } from '../../../main/cli/command-io.ts';
import { connectToHost, withHost } from '../../../main/running/control-client.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const dispatch: Dispatch = async (caller, method) => ({ ok: true, value: [callerText(caller), method] });

test('control socket: clients that go while they are being told something → the host lives on and answers others', async t => {
  const home = tempDir(t);
  const listeners = new Set<(notice: Notice) => void>();
  const close = await openControlSocket(home, {
    dispatch,
    user: 'alice',
    notices(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  t.after(close);
  for (let n = 0; n < 50; n += 1) {
    const client = connect(controlSocketPath(home));
    await once(client, 'connect');
    while (listeners.size === 0) await setImmediate();
    client.destroy();
    while (listeners.size > 0) {
      for (const tell of listeners) tell({ seq: n, event: 'host.changed', data: {} });
      await setImmediate();
    }
  }
  const client = connect(controlSocketPath(home));
  client.write('{"id":1,"method":"host.status","request":{}}\n');
  const [raw] = await once(client, 'data');
  assert.deepEqual(JSON.parse(String(raw)), {
    id: 1,
    answer: { ok: true, value: ['alice by the control socket', 'host.status'] },
  });
  client.destroy();
});

test('control socket: refused calls → kind, code and parameters; the command line says the sentence', async t => {
  const home = tempDir(t);
  const changes = createChanges({ all: new Map() }, () => {});
  const handlers = {
    'queue.hold': async (choice: QueueChoice) => changes.change(choice, async () => ({ changed: 1, busy: 0 })),
  } as unknown as Handlers;
  const refusing = createDispatch(handlers, () => assert.fail('this is no bug'));
  t.after(await openControlSocket(home, { dispatch: refusing, user: 'alice', notices: () => () => {} }));
  const client = connect(controlSocketPath(home));
  client.write('"hold"\nno JSON\n');
  const lines = createInterface({ input: client })[Symbol.asyncIterator]();
  const kinds = [JSON.parse(String((await lines.next()).value)), JSON.parse(String((await lines.next()).value))].map(
    ({ answer }) => `${answer.kind} ${answer.code}`,
  );
  assert.deepEqual(kinds.sort(), ['invalid call-malformed', 'invalid call-not-named']);
  client.destroy();
  const running = await connectToHost(home);
  t.after(running.close);
  await assert.rejects(running.api.call('queue.hold', { ids: [4711] }), {
    name: 'ApiError',
    kind: 'gone',
    code: 'message-not-queued',
    params: { id: 4711 },
  });
  const said: string[] = [];
  const io = { home, stderr: { write: (line: string) => said.push(line) } } as unknown as CommandIo;
  const exit = await withHost(io, 'queue', async api => {
    await api.call('queue.hold', { ids: [4711] });
    return 0;
  });
  assert.deepEqual([exit, said], [1, ['queue: Message 4711 is not in the queue.\n']]);
});

test('control socket: frames that would end or fill the host → refused, and it answers others', async t => {
  const home = tempDir(t);
  t.after(await openControlSocket(home, { dispatch, user: 'alice', notices: () => () => {} }));
  const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const client = connect(controlSocketPath(home));
  t.after(() => client.destroy());
  const answers: { id: unknown; answer: { ok: boolean; code?: string } }[] = [];
  onLine(client, line => answers.push(JSON.parse(line)));
  client.write(`{"id":${nested},"method":"a"}\n{"id":"b","method":"b"}\nnull\n{"id":3,"method":"c"}\n`);
  await until('the answers', () => answers.length === 4);
  assert.deepEqual(
    answers.map(({ id, answer }) => [id, answer.code ?? answer.ok]),
    [
      [null, 'call-malformed'],
      [null, 'call-malformed'],
      ['b', true],
      [3, true],
    ],
  );
  const endless = connect(controlSocketPath(home));
  endless.on('error', () => {});
  const closed = new Promise(resolve => endless.once('close', resolve));
  for (let n = 0; n <= 64; n += 1) endless.write(Buffer.alloc(1024 * 1024, 'a'));
  await closed;
});

test('control socket: U+2028 in a call or an answer, as a stranger may write it → goes through', async t => {
  const home = tempDir(t);
  const text = 'one\u2028two\u2029three\rfour\nfive';
  const asked: unknown[] = [];
  const source: Dispatch = async (_caller, _method, request) => {
    asked.push(request);
    return { ok: true, value: { text, cut: false } };
  };
  t.after(await openControlSocket(home, { dispatch: source, user: 'alice', notices: () => () => {} }));
  const running = await connectToHost(home);
  t.after(running.close);
  assert.deepEqual(await running.api.call('mail.source', { id: `INBOX/${text}` }), { text, cut: false });
  assert.deepEqual(asked, [{ id: `INBOX/${text}` }]);
});

test('control socket: any umask → only its owner can use it from the first moment', async t => {
  const home = tempDir(t);
  const before = process.umask(0);
  t.after(() => process.umask(before));
  const opening = openControlSocket(home, { dispatch, user: 'alice', notices: () => () => {} });
  // It is bound already, and others may look into run/.
  const mode = statSync(controlSocketPath(home)).mode & 0o777;
  t.after(await opening);
  assert.deepEqual([mode, process.umask()], [0o600, 0]);
});
