// One call of a program of ours, as a .qmail line makes it, with everything that came of it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { runOwnProgram } from '../../../../core/local/into/run-own-program.ts';
import { createReport } from '../../../../core/local/lspawn-report.ts';
import { openMessage } from '../../../../core/local/message/message.ts';
import { createNewMessages } from '../../../../core/local/message/new-messages.ts';
import type { BuiltinProgram } from '../../../../core/paper-path/builtin-program.ts';
import type { Accept } from '../../../../core/paper-path/shapes.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { testClock } from '../local-rig.ts';

export interface Called {
  readonly code: number;
  /** Everything it wrote. */
  readonly says: string;
  /** What it queued: the envelope as qmail-queue gets it, and the message. */
  readonly queued: readonly [string, string][];
}

/**
 * @param env all variables but PATH
 * @param cwd where it runs; default: an empty directory
 */
export async function callProgram(
  t: TestContext,
  program: BuiltinProgram,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  message: string,
  cwd = tempDir(t),
): Promise<Called> {
  const path = join(tempDir(t), 'message');
  writeFileSync(path, message, 'latin1');
  const opened = openMessage(path);
  if (!opened) throw new Error('no message');
  const queued: [string, string][] = [];
  const accept: Accept = async (source, { sender, recipients }) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of source) pieces.push(piece);
    const envelope = `F${sender}\0${recipients.map(recipient => `T${recipient}\0`).join('')}\0`;
    queued.push([envelope, Buffer.concat(pieces).toString('latin1')]);
    return { ok: true, id: 1, qp: 4711 };
  };
  const report = createReport();
  try {
    const code = await runOwnProgram(
      { name: 'program', args, load: async () => program },
      { cwd, env: { PATH: process.env.PATH ?? '', ...env } },
      opened,
      {
        clock: testClock,
        report,
        programs: {},
        isOurs: () => false,
        ...createNewMessages(accept, opened, { uid: 1 }),
      },
    );
    return { code, says: report.text(), queued };
  } finally {
    opened.close();
  }
}
