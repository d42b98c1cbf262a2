import assert from 'node:assert/strict';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { callerText } from '../../../core/api/caller.ts';
import type { Dispatch } from '../../../core/api/dispatch.ts';
import type { Notice } from '../../../core/api/errors.ts';
import { controlSocketPath, openControlSocket } from '../../../core/host/control-socket.ts';
import { tempDir } from '../../support/temp-dir.ts';

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

test('control socket: whatever the mask → it is its owner’s from the first moment', async t => {
  const home = tempDir(t);
  const before = process.umask(0);
  t.after(() => process.umask(before));
  const opening = openControlSocket(home, { dispatch, user: 'alice', notices: () => () => {} });
  // It is bound already, and others may look into run/.
  const mode = statSync(controlSocketPath(home)).mode & 0o777;
  t.after(await opening);
  assert.deepEqual([mode, process.umask()], [0o600, 0]);
});
