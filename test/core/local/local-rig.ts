// A Waypost home with one user, a queue that only records, and messages to deliver: for tests of local delivery.
import { mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { readControl } from '../../../core/control/control.ts';
import { builtinPrograms } from '../../../core/host/builtin-programs.ts';
import { type Clock, systemClock } from '../../../core/lib/clock.ts';
import { createLocalDeliver } from '../../../core/local/deliver.ts';
import type { LocalDeliverDeps } from '../../../core/local/local-delivery.ts';
import type { FindSystemUser } from '../../../core/local/users/system-users.ts';
import type { Outcome } from '../../../core/paper-path/outcome.ts';
import type { Accept, Accepted, Envelope, Invoker } from '../../../core/paper-path/shapes.ts';
import { type InProcessParent, inProcessParent } from '../../support/in-process-parent.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** It is always 2026-11-21 09:16:56 UTC; timers are real. */
export const testClock: Clock = { nowMs: () => Date.UTC(2026, 10, 21, 9, 16, 56), after: systemClock.after };

export interface Forwarded {
  readonly text: string;
  readonly envelope: Envelope;
  readonly invoker: Invoker;
}

export interface LocalRig {
  readonly home: string;
  /** joe's home directory. */
  readonly joe: string;
  readonly forwarded: Forwarded[];
  /** What the delivery was made with. */
  readonly deps: LocalDeliverDeps;
  /** Writes a file into joe's home. */
  write(name: string, text: string): void;
  read(name: string): string;
  /** File names in a directory of joe's, sorted. */
  list(name: string): string[];
  /** Delivers a message to `joe@here.example` or another local part or address. */
  deliver(
    recipient?: string,
    options?: { message?: string | Buffer; sender?: string; inMemory?: boolean },
  ): Promise<Outcome>;
}

export interface RigOptions {
  answer?: Accepted;
  assign?: string;
  control?: Record<string, string>;
  deps?: Partial<LocalDeliverDeps>;
  /** A host that root started; `asUserPath`: the program that delivers is another. */
  root?: { asUserPath?: string; findSystemUser?: FindSystemUser };
}

/** Its messages are all the file that the rig writes. */
export function parentOf(t: TestContext, home: string, root: NonNullable<RigOptions['root']>): InProcessParent {
  return inProcessParent(t, { home, openMessage: () => openSync(join(home, 'message'), 'r'), ...root });
}

export function localRig(t: TestContext, options: RigOptions = {}): LocalRig {
  const home = tempDir(t);
  const joe = join(home, 'joe');
  for (const dir of ['control', 'users', 'queue', 'joe']) mkdirSync(join(home, dir), { mode: 0o755 });
  for (const dir of ['', '/tmp', '/new', '/cur']) mkdirSync(join(joe, `Maildir${dir}`), { mode: 0o700 });
  const id = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  const assign = options.assign ?? `=joe:joe:${id}:${joe}:::\n+joe-:joe:${id}:${joe}:-::\n.\n`;
  writeFileSync(join(home, 'users', 'assign'), assign.replaceAll('HOME', home));
  for (const [name, text] of Object.entries({ me: 'here.example', ...options.control })) {
    writeFileSync(join(home, 'control', name), `${text}\n`);
  }
  const control = readControl(home);
  const forwarded: Forwarded[] = [];
  const accept: Accept = async (source, envelope, invoker) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of source) pieces.push(piece);
    if (options.answer && !options.answer.ok) return options.answer;
    forwarded.push({ text: Buffer.concat(pieces).toString('latin1'), envelope, invoker });
    return options.answer ?? { ok: true, id: 1, qp: 4711 };
  };
  const deps: LocalDeliverDeps = {
    home,
    control: () => control,
    clock: testClock,
    accept,
    hostName: 'host.example',
    programs: builtinPrograms,
    environment: { PATH: process.env.PATH, SECRET: 'must not be seen' },
    // A person's host, also for tests that root runs: as root it would deliver nothing to uid 0.
    processUid: process.geteuid?.() || undefined,
    ...(options.root && { asUser: parentOf(t, home, options.root).deliver }),
    ...options.deps,
  };
  const deliver = createLocalDeliver(deps);
  return {
    home,
    joe,
    forwarded,
    deps,
    write: (name, text) => writeFileSync(join(joe, name), text, 'latin1'),
    read: name => readFileSync(join(joe, name), 'latin1'),
    list: name => readdirSync(join(joe, name)).sort(),
    async deliver(
      recipient = 'joe',
      { message = 'Subject: hi\n\nHello.\n', sender = 'ines@shore.example', inMemory = false } = {},
    ) {
      const path = join(home, 'message');
      writeFileSync(path, message);
      const address = recipient.includes('@') ? recipient : `${recipient}@here.example`;
      const raw = inMemory ? { raw: Buffer.from(message) } : {};
      return await deliver({ id: 1, path, sender, recipient: address, ...raw });
    },
  };
}
