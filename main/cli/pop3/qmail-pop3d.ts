// qmail-pop3d: serves the messages of one Maildir to a client that has logged in, on standard input and output.
import { systemClock } from '../../../core/lib/clock.ts';
import { createPopConnection } from '../../../core/pop3/connection.ts';
import { tryOpenMaildrop } from '../../../core/pop3/maildrop.ts';
import { pop3d } from '../../../core/pop3/pop3d.ts';
import type { CommandIo } from '../command-io.ts';

const idleMs = 1_200_000;

/** @returns 0; 1 when root runs it, which is never allowed */
export async function run(args: readonly string[], { stdin, stdout, stderr }: CommandIo): Promise<number> {
  if (process.getuid?.() === 0) {
    stderr.write('qmail-pop3d invoked as uid 0, terminating\n');
    return 1;
  }
  const [maildir] = args;
  const drop = maildir ? await tryOpenMaildrop(maildir, systemClock) : { refusal: 'this user has no $HOME/Maildir' };
  if ('refusal' in drop) {
    stdout.write(`-ERR ${drop.refusal}\r\n`);
    if ('reason' in drop) stderr.write(`qmail-pop3d: ${drop.reason}\n`);
    return 0;
  }
  // Silence ends the session like the end of the input; it cannot wait for a client that does not read replies.
  const idle = setTimeout(() => process.exit(0), idleMs);
  const refresh = (): void => void idle.refresh();
  stdin.on('data', refresh).pause();
  stdout.on('drain', refresh).on('error', () => process.exit(0));
  try {
    await pop3d(createPopConnection(stdin, stdout), drop);
  } finally {
    clearTimeout(idle);
    stdin.destroy();
  }
  return 0;
}
