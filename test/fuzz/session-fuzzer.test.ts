// The fuzzer itself: it must notice faults.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { fuzzSessions, type Protocol } from './session-fuzzer.ts';

const echo: Protocol = {
  conversations: [['one\n', 'two\n', 'boom\n'], ['three\n']],
  noise: ['\0'],
  complaintAbout: output => (output.includes('boom') ? 'boom' : undefined),
};

async function serve(t: TestContext, client: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, socket => client(socket.on('error', () => {}))).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

const options = { protocol: echo, seed: 7, sessions: 60 };

test('fuzzer: a server that closes without a reply → no complaint', async t => {
  const port = await serve(t, socket => socket.resume().on('end', () => socket.end()));
  await assert.doesNotReject(fuzzSessions({ ...options, port }));
});

test('fuzzer: a server that sends what it must not → the session is reported', async t => {
  const port = await serve(t, socket => socket.pipe(socket));
  await assert.rejects(fuzzSessions({ ...options, port }), /^Error: seed 7, session \d+, \[.*: boom; /);
});

test('fuzzer: a server that never closes → the session is reported', async t => {
  const port = await serve(t, socket => socket.resume());
  const hangs = fuzzSessions({ ...options, port, patienceMs: 500 });
  await assert.rejects(hangs, /^Error: seed 7, session \d+, .*: the server hangs; /);
});

test('fuzzer: a server that keeps everything → the leak is reported', async t => {
  const kept: Buffer[] = [];
  const port = await serve(t, socket =>
    socket.resume().on('end', () => {
      kept.push(Buffer.alloc(1024 * 1024));
      socket.end();
    }),
  );
  await assert.rejects(fuzzSessions({ ...options, port }), /^Error: seed 7: 48 sessions left \d+ bytes behind/);
});

test('fuzzer: the same seed → the same sessions, byte for byte; another → others', async t => {
  const heard: string[] = [];
  const port = await serve(t, socket => {
    let all = '';
    socket.on('data', raw => {
      all += raw.toString('latin1');
    });
    socket.on('end', () => socket.end(() => heard.push(all)));
  });
  const rows: string[] = [];
  for (const seed of [7, 7, 8]) {
    await fuzzSessions({ ...options, seed, port });
    rows.push(JSON.stringify(heard.splice(0).sort()));
  }
  assert.equal(rows[0], rows[1]);
  assert.notEqual(rows[0], rows[2]);
});
