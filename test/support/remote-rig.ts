// Remote delivery with a message file and a resolver that a test controls, for tests of remote/ alone.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { systemClock } from '../../core/lib/clock.ts';
import type { Outcome } from '../../core/paper-path/outcome.ts';
import type { DeliveryJob } from '../../core/paper-path/shapes.ts';
import { openTcpTo } from '../../core/remote/connections/tcpto.ts';
import { createRemoteDeliver } from '../../core/remote/deliver.ts';
import type { Resolver } from '../../core/remote/exchangers/resolver.ts';
import type { SendDeps } from '../../core/remote/send.ts';
import { writeControl } from './queue-rig.ts';
import { tempDir } from './temp-dir.ts';

/** A DNS in which nothing exists. */
export const emptyDns: Resolver = {
  mx: async () => ({ kind: 'none' }),
  addresses: async () => ({ kind: 'none' }),
};

export interface RemoteRig {
  readonly home: string;
  readonly log: string[];
  deliver(recipient: string, options?: { sender?: string; text?: string; dsn?: DeliveryJob['dsn'] }): Promise<Outcome>;
}

/** `port`: everything is routed to that port of this machine. */
export function remoteRig(
  t: TestContext,
  options: { port?: number; control?: Readonly<Record<string, string>>; deps?: Partial<SendDeps> } = {},
): RemoteRig {
  const home = tempDir(t);
  const route: Record<string, string> =
    options.port === undefined ? {} : { smtproutes: `:127.0.0.1:${options.port}\n` };
  const control = writeControl(home, { ...route, ...options.control });
  const log: string[] = [];
  const tcpto = openTcpTo(home, systemClock);
  tcpto.clear();
  const deliver = createRemoteDeliver({
    home,
    control: () => control,
    clock: systemClock,
    resolver: emptyDns,
    localAddresses: () => ['127.0.0.1'],
    log: line => void log.push(line),
    tcpto,
    ...options.deps,
  });
  return {
    home,
    log,
    deliver(recipient, { sender = 'joe@here.example', text = 'Subject: t\n\nhi\n', dsn } = {}) {
      const path = join(home, 'message');
      writeFileSync(path, Buffer.from(text, 'latin1'));
      return deliver({ id: 1, path, sender, recipient, dsn });
    },
  };
}
