// How a process that is not the host queues a message, whether or not the host runs: what the qmail-queue program does.
import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isNullClient } from '../../control/null-client.ts';
import { systemClock } from '../../lib/clock.ts';
import { createDirectorySync } from '../../lib/disk/directory-sync.ts';
import { errorCode, UserError } from '../../lib/user-error.ts';
import type { Accept } from '../../paper-path/shapes.ts';
import { spoolMessage } from '../../paper-path/spool.ts';
import { becomeQueueOwner } from '../files/become-owner.ts';
import { type QueueLayout, queueLayout } from '../files/layout.ts';
import { pullTrigger } from '../files/trigger.ts';
import { createSocketAccept } from '../socket/client.ts';
import { createOutsideAccept } from './accept-from-outside.ts';
import { createProgramAccept } from './queue-program.ts';

/**
 * The accept for programs. A process that may write the queue does so, and wakes a running host; any other hands the message to
 * the host, which has to run. @throws UserError when the home has no queue
 * @param firstQp the number in the trace line of the first message, as if its qmail-queue had this process id
 */
export function openQueueForInjection(home: string, firstQp = process.pid): Accept {
  const layout = queueLayout(home);
  const way = wayInto(layout);
  if (way === 'closed') return createSocketAccept(home);
  if (way === 'missing') {
    throw new UserError(`${home} has no mail queue. Make a home with: waypost init --home DIR`, { exitCode: 61 });
  }
  let qp = firstQp;
  return createOutsideAccept({
    layout,
    clock: systemClock,
    syncDirectory: createDirectorySync(),
    nextQp: () => qp++,
    queued: () => pullTrigger(layout.trigger),
  });
}

/** Whether this process may create files there. */
function wayInto(layout: QueueLayout): 'open' | 'closed' | 'missing' {
  try {
    accessSync(layout.dirOf('todo', 0), constants.W_OK | constants.X_OK);
    return 'open';
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
    return code === 'EACCES' || code === 'EPERM' ? 'closed' : 'open'; // Any other problem is reported by the write.
  }
}

/**
 * Makes this whole process a qmail-queue: the host can read what it queues, whatever the umask was, and root becomes the owner
 * of the queue, as it would follow that user's links.
 */
export function becomeQueueProgram(home: string): void {
  process.umask(0o033);
  becomeQueueOwner(queueLayout(home));
}

/**
 * The same for programs that honour $QMAILQUEUE (qmail-inject, sendmail): a filter named there gets the message first. In a
 * null client bin/qmail-queue is used instead of the queue: qmail-qmqpc.
 */
export function openInjection(home: string, environment: Readonly<Record<string, string | undefined>>): Accept {
  const program = environment.QMAILQUEUE ?? (isNullClient(home) ? join(home, 'bin', 'qmail-queue') : undefined);
  if (program) return createProgramAccept({ program, environment });
  becomeQueueProgram(home);
  const accept = openQueueForInjection(home);
  return wayInto(queueLayout(home)) === 'closed' ? spooled(accept) : accept;
}

/** Reads the message to its end first: one that is typed, or that a program writes for hours, must not take a slot at the host. */
function spooled(accept: Accept): Accept {
  return async (source, envelope, invoker) => {
    await using message = await spoolMessage(source, tmpdir());
    return await accept(message.message, envelope, invoker);
  };
}
