// An SMTP service on a loopback port whose queue is a list in memory, for tests of the service alone.
import type { TestContext } from 'node:test';
import { createAccess } from '../../core/control/access.ts';
import { type Clock, systemClock } from '../../core/lib/clock.ts';
import type { Accept, Accepted } from '../../core/lib/paper-path.ts';
import { createSmtpService, type SmtpDeps } from '../../core/receive/smtp.ts';
import { writeControl } from './queue-rig.ts';
import { tempDir } from './temp-dir.ts';

/** What the queue was given: the bytes as text (byte string), the envelope as qmail-queue reads it. */
export interface Taken {
  readonly text: string;
  readonly envelope: string;
}

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

/** A clock that stands still; its timers are the machine's. */
export const vectorClock: Clock = { ...systemClock, nowMs: () => vectorTimeMs };

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
  const taken: Taken[] = [];
  const failures: unknown[] = [];
  const log: string[] = [];
  let handed = 0;
  const accept: Accept = async (source, envelope) => {
    handed++;
    const pieces: Uint8Array[] = [];
    try {
      for await (const piece of source) pieces.push(piece);
    } catch (error) {
      failures.push(error);
      throw error;
    }
    const message = {
      text: Buffer.concat(pieces).toString('latin1'),
      envelope: `F${envelope.sender}\0${envelope.recipients.map(r => `T${r}\0`).join('')}\0`,
    };
    const answer = (await options.answer?.(message)) ?? { ok: true, id: 1, qp: 4056 };
    if (answer.ok) taken.push(message);
    return answer;
  };
  const service = createSmtpService({
    control: () => control,
    clock: vectorClock,
    accept: () => accept,
    access: createAccess(home, 'smtp'),
    log: line => void log.push(line),
    ownAddresses: () => ['127.0.0.1'],
    ...options.deps,
  });
  const { port } = await service.listen('127.0.0.1', options.port ?? 0);
  t.after(() => service.close());
  return { port, taken, handed: () => handed, failures, log, close: () => service.close() };
}
