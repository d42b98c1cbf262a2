// An SMTP service on a loopback port whose queue is a list in memory, for tests of the service alone.
import type { TestContext } from 'node:test';
import { openAccessRules } from '../../core/control/access-rules.ts';
import { type Clock, systemClock } from '../../core/lib/clock.ts';
import type { Accepted } from '../../core/paper-path/shapes.ts';
import { createDnsListCheck } from '../../core/receive/dns-lists/check-client.ts';
import { greetDelayMs } from '../../core/receive/smtp/connection.ts';
import { createSmtpService, type SmtpDeps } from '../../core/receive/smtp/service.ts';
import { listQueue, type Taken } from './list-queue.ts';
import { writeControl } from './queue-rig.ts';
import { tempDir } from './temp-dir.ts';

export interface SmtpRig {
  readonly port: number;
  readonly taken: Taken[];
  /** How many messages the queue was given so far, with those of which it did not get the end. */
  handed(): number;
  readonly failures: unknown[];
  readonly log: string[];
  close(): Promise<void>;
}

/** 21 Nov 2026 09:35:52 UTC, the moment of the specification's vectors. */
export const vectorTimeMs = 1_795_253_752_000;

/** A clock that does not move; its timers are the machine's. */
export const vectorClock: Clock = { ...systemClock, nowMs: () => vectorTimeMs };

/** By this clock strangers are greeted at once. */
export function greetedAtOnce(clock: Clock): Clock {
  return { ...clock, after: (ms, run) => (ms === greetDelayMs ? vectorClock.after(0, run) : clock.after(ms, run)) };
}

export async function startSmtp(
  t: TestContext,
  options: {
    /** Control files; undefined: there is no such file. */
    control?: Readonly<Record<string, string | undefined>>;
    port?: number;
    answer?: (taken: Taken) => Accepted | Promise<Accepted>;
    deps?: Partial<SmtpDeps>;
  } = {},
): Promise<SmtpRig> {
  const files = Object.entries({ me: 'heaven.af.mil\n', rcpthosts: 'heaven.af.mil\n', ...options.control });
  const present = files.filter((file): file is [string, string] => file[1] !== undefined);
  const home = tempDir(t);
  const control = writeControl(home, Object.fromEntries(present));
  const log: string[] = [];
  const logLine = (line: string) => void log.push(line);
  const { accept, taken, handed, failures } = listQueue(options.answer);
  const service = createSmtpService({
    control: () => control,
    clock: vectorClock,
    accept: () => accept,
    access: openAccessRules(home, 'smtp'),
    log: logLine,
    checkDnsLists: createDnsListCheck({ control: () => control, clock: vectorClock, log: logLine }),
    ownAddresses: () => ['127.0.0.1'],
    ...options.deps,
  });
  const { port } = await service.listen({ address: '127.0.0.1', port: options.port ?? 0 });
  t.after(() => service.close());
  return { port, taken, handed, failures, log, close: () => service.close() };
}
