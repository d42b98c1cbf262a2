// Which clients are greeted at once, and which must first show that they can wait.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { openAccessRules } from '../../../../core/control/access-rules.ts';
import { type Clock, systemClock } from '../../../../core/lib/clock.ts';
import { tcpEnvironment } from '../../../../core/lib/net/tcp-environment.ts';
import { clientFrom, isTrusted } from '../../../../core/listen/client.ts';
import { createMemory } from '../../../../core/listen/client-memory.ts';
import { noTimeLimit } from '../../../../core/listen/session-progress.ts';
import { refusal } from '../../../../core/queue/qq-codes.ts';
import { QmailConnection } from '../../../../core/receive/smtp/connection.ts';
import { writeControl } from '../../../support/queue-rig.ts';
import { type RawClient, rawClient } from '../../../support/raw-client.ts';
import { tempDir } from '../../../support/temp-dir.ts';

interface Meeting {
  readonly client: RawClient;
  /** The delays that the server asked for. */
  readonly delays: number[];
  readonly ring: () => void;
}

/** Two connected sockets of which the server's believes that its client is at `address`. */
async function meet(t: TestContext, address: string): Promise<Meeting> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const accepted = once(listener, 'connection');
  const client = await rawClient((listener.address() as AddressInfo).port);
  const [socket] = (await accepted) as [Socket];
  t.after(() => {
    client.drop();
    listener.close();
  });

  Object.defineProperty(socket, 'remoteAddress', { value: address });
  const home = tempDir(t);
  const control = writeControl(home, { relayclients: '192.0.2.1\n198.51.100.\n' });
  const delays: number[] = [];
  let ring = (): void => {};
  const clock: Clock = {
    ...systemClock,
    after(delayMs, run) {
      delays.push(delayMs);
      ring = run;
      return () => {};
    },
  };
  const access = openAccessRules(home, 'smtp')(tcpEnvironment(socket, 'here'), control.relayClients);
  assert.ok(access.kind === 'allowed');
  const server = new SMTPServer({ logger: false, disableReverseLookup: true });
  const { environment } = access;
  const trusted = isTrusted(clientFrom(environment));
  const memory = createMemory().of('stranger');
  const connected = { number: 1, environment, greetAtOnce: trusted, trusted, memory, progress: noTimeLimit };
  new QmailConnection(server, socket, connected, {
    control: () => control,
    clock,
    accept: () => async () => refusal(53),
    log: () => {},
    ownAddresses: () => [],
    checkDnsLists: async () => undefined,
    stopping: () => false,
  }).init();
  return { client, delays, ring: () => ring() };
}

for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '192.0.2.1', '198.51.100.7']) {
  test(`greeting: ${address}, this machine or in control/relayclients → at once`, async t => {
    const { client, delays } = await meet(t, address);
    assert.match(await client.line(), /^220 /);
    assert.deepEqual(delays, []);
  });
}

for (const address of ['192.0.2.2', '2001:db8::1']) {
  test(`greeting: ${address}, a stranger → after 100 ms`, async t => {
    const { client, delays, ring } = await meet(t, address);
    assert.deepEqual(delays, [100]);
    ring();
    assert.match(await client.line(), /^220 /);
  });

  test(`greeting: ${address}, a stranger who talks before it → sent away`, async t => {
    const { client } = await meet(t, address);
    client.send('EHLO spammer\r\n');
    assert.match(await client.line(), /^421 .*You talk too soon/);
  });
}
