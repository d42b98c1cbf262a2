// lock/sendmutex: one queue manager per queue, by a kernel lock that qmail-send respects too and that ends with the process.
import { closeSync, constants, openSync } from 'node:fs';
import type { Dispose } from '../../lib/dispose.ts';
import { tryLockExclusive } from '../../lib/posix.ts';
import { UserError } from '../../lib/user-error.ts';
import type { QueueLayout } from './layout.ts';

/** Takes the lock until the process ends or the result is called. @throws UserError when another host has it */
export function lockQueue(layout: QueueLayout, refusal = runsAlready(layout)): Dispose {
  const fd = openSync(layout.sendMutex, constants.O_WRONLY | constants.O_CREAT | (constants.O_NONBLOCK ?? 0), 0o600);
  if (!tryLockExclusive(fd)) {
    closeSync(fd);
    throw new UserError(refusal);
  }
  return () => closeSync(fd);
}

function runsAlready({ root }: QueueLayout): string {
  return `Another mail host is already running on ${root}. Stop it first, or use another home.`;
}
