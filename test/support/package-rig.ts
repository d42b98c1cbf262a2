// A QMTP or QMQP service on a loopback port whose queue is a list in memory, for tests of the service alone.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openAccessRules } from '../../core/control/access-rules.ts';
import type { Accepted } from '../../core/paper-path/shapes.ts';
import { createPackageService, type PackageDeps } from '../../core/receive/packages/service.ts';
import { type ListQueue, listQueue, type Taken } from './list-queue.ts';
import { writeControl } from './queue-rig.ts';
import { rawClient } from './raw-client.ts';
import { vectorClock } from './smtp-rig.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

export interface PackageRig extends Omit<ListQueue, 'accept'> {
  readonly port: number;
  readonly log: string[];
  readonly spoolDir: string;
  /** Sends these bytes (a byte string), closes this side, and reads what comes until the server closes. */
  exchange(bytes: string): Promise<string>;
  close(): Promise<void>;
}

/** `rules`: the text of control/tcp.qmtp or control/tcp.qmqp. */
export async function startPackages(
  t: TestContext,
  protocol: 'qmtp' | 'qmqp',
  options: {
    control?: Readonly<Record<string, string>>;
    rules?: string;
    /** The address that clients seem to come from. */
    from?: string;
    answer?: (taken: Taken) => Accepted | Promise<Accepted>;
    deps?: Partial<PackageDeps>;
  } = {},
): Promise<PackageRig> {
  const home = tempDir(t);
  const control = writeControl(home, { me: 'heaven.af.mil\n', rcpthosts: 'heaven.af.mil\n', ...options.control });
  if (options.rules !== undefined) writeFileSync(join(home, 'control', `tcp.${protocol}`), options.rules);
  const spoolDir = tempDir(t);
  const log: string[] = [];
  const { accept, ...queue } = listQueue(options.answer);
  const access = openAccessRules(home, protocol);
  const { from } = options;
  const service = createPackageService({
    protocol,
    control: () => control,
    clock: vectorClock,
    accept: () => accept,
    access: (client, relayClients) => access({ ...client, ...(from && { TCPREMOTEIP: from }) }, relayClients),
    log: line => void log.push(line),
    spoolDir,
    ...options.deps,
  });
  const { port } = await service.listen({ address: '127.0.0.1', port: 0 });
  t.after(() => service.close());
  return {
    ...queue,
    port,
    log,
    spoolDir,
    async exchange(bytes) {
      const client = await rawClient(port);
      client.send(bytes);
      client.socket.end();
      return client.rest();
    },
    close: service.close,
  };
}

/** What is sent, and the status with which the connection ends. */
export type End = readonly [what: string, sent: string, status: number];

/** A package of which only the beginning comes. */
export function cutAnywhere(whole: string): End[] {
  return Array.from({ length: whole.length }, (_, at) => [`${at} bytes of a package`, whole.slice(0, at), 0]);
}

/** None of these gets an answer, comes to the queue, or leaves anything behind. */
export async function assertEnds(rig: PackageRig, ends: readonly End[]): Promise<void> {
  for (const [what, sent, status] of ends) {
    rig.log.length = 0;
    assert.equal(await rig.exchange(sent), '', what);
    await until(what, () => rig.log.some(line => /^qm.pd: end/.test(line)));
    assert.match(rig.log.at(-1) ?? '', new RegExp(` status ${status * 256}$`), what);
  }
  assert.equal(rig.handed(), 0);
  assert.deepEqual(readdirSync(rig.spoolDir), []);
}
