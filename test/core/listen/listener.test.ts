// Where a service listens: addresses that it binds itself, and sockets that another process has bound for it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../core/lib/clock.ts';
import type { Session } from '../../../core/listen/admitted-client.ts';
import { createMemory } from '../../../core/listen/client-memory.ts';
import { createListener, type ListenerDeps } from '../../../core/listen/listener.ts';
import { writeControl } from '../../support/queue-rig.ts';
import { rawClient } from '../../support/raw-client.ts';
import { steppedClock } from '../../support/stepped-clock.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

/** A session that just ends. */
function ending(socket: Socket): Session {
  return { end: () => socket.destroy(), dismiss: () => socket.destroy(), busy: () => false };
}

function listener(t: TestContext, deps: Partial<ListenerDeps> = {}) {
  const control = writeControl(tempDir(t));
  const log: string[] = [];
  const made = createListener({
    service: 'testd',
    protocol: 'TEST',
    control: () => control,
    clock: systemClock,
    log: line => void log.push(line),
    access: environment => ({ kind: 'allowed', environment, byRule: false }),
    limits: () => ({ total: 0, perAddress: 0, perMinute: 0 }),
    memory: createMemory(),
    startLimitMs: () => 60_000,
    startedBy: 'word',
    refusalText: () => 'go away\r\n',
    serve({ socket, number }) {
      socket.write(`hello ${number}\r\n`);
      return ending(socket);
    },
    ...deps,
  });
  t.after(() => made.close());
  return { ...made, log };
}

test('listener: an address in use → says which protocol, where and why', async t => {
  const { listen } = listener(t);
  const { port } = await listen({ address: '127.0.0.1', port: 0 });
  await assert.rejects(listener(t).listen({ address: '127.0.0.1', port }), {
    message: `Unable to listen for TEST on 127.0.0.1 port ${port}: listen EADDRINUSE: address already in use 127.0.0.1:${port}.`,
  });
});

test('listener: two addresses → clients are counted together', async t => {
  const { listen } = listener(t);
  const ports = [];
  for (const _ of '12') ports.push((await listen({ address: '127.0.0.1', port: 0 })).port);
  const said = [];
  for (const port of ports) said.push(await (await rawClient(port)).line());
  assert.deepEqual(said, ['hello 1', 'hello 2']);
});

test('listener: serving a client throws → that connection ends, the others are served', async t => {
  const { listen, log } = listener(t, {
    serve({ socket, number }) {
      if (number === 1) throw new Error('a bug');
      socket.write('hello\r\n');
      return ending(socket);
    },
  });
  const { port } = await listen({ address: '127.0.0.1', port: 0 });
  assert.equal(await (await rawClient(port)).rest(), '');
  assert.equal(await (await rawClient(port)).line(), 'hello');
  assert.ok(log.includes('testd: alert: 1 ended by a problem of this host: a bug'), log.join('\n'));
});

test('listener: the service stops → open sessions end, busy ones are cut off when the grace time has passed', async t => {
  const { listen, close } = listener(t, {
    serve({ socket }) {
      socket.write('hello\r\n');
      return { ...ending(socket), end: () => void socket.write('soon\r\n') };
    },
  });
  const { port } = await listen({ address: '127.0.0.1', port: 0 });
  const client = await rawClient(port);
  await client.line();
  await close(10);
  assert.equal(await client.rest(), 'soon\r\n');
});

test('listener: 300 refused clients that stay connected → a hundred get a second to leave', async t => {
  const clock = steppedClock();
  let met = 0;
  const { listen } = listener(t, {
    clock,
    access() {
      met++;
      return { kind: 'denied' };
    },
  });
  const { port } = await listen({ address: '127.0.0.1', port: 0 });
  const clients = Array.from({ length: 300 }, () => connect({ port, host: '127.0.0.1', allowHalfOpen: true }));
  t.after(() => {
    for (const client of clients) client.destroy();
  });
  for (const client of clients) client.on('error', () => {}).resume();
  await until('all of them', () => met === 300);
  // Another timer is the log's.
  assert.equal(clock.timers, 101);
  clock.pass(1000);
  await until('nobody is waited for', () => clock.timers === 1);
});

const child = `
import { bind } from ${JSON.stringify(join(import.meta.dirname, '../../../core/ucspi/bind.ts'))};
import { createServer } from 'node:net';
const server = createServer(socket => socket.end('inherited\\r\\n'));
console.log(JSON.stringify(await bind(server, { address: 'bound by another', port: 25, fd: 3 })));
`;

test('listener: a descriptor that another process has bound → used, with the address from the system', async t => {
  const bound = createServer().listen(0, '127.0.0.1');
  await once(bound, 'listening');
  const { port } = bound.address() as AddressInfo;
  const { fd } = (bound as unknown as { _handle: { fd: number } })._handle;
  const heir = spawn(process.execPath, ['--input-type=module', '-e', child], {
    stdio: ['ignore', 'pipe', 'inherit', fd],
  });
  t.after(() => heir.kill());
  const [said] = (await once(heir.stdout as Readable, 'data')) as [Buffer];
  bound.close();
  assert.deepEqual(JSON.parse(said.toString()), { address: '127.0.0.1', family: 'IPv4', port });
  assert.equal(await (await rawClient(port)).rest(), 'inherited\r\n');
});
