// How another process puts mail into a home's queue, whether or not the host runs: what the qmail-queue program does.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isNullClient } from '../control/null-client.ts';
import { systemClock } from '../lib/clock.ts';
import { createDirectorySync } from '../lib/directory-sync.ts';
import type { Accept } from '../lib/paper-path.ts';
import { UserError } from '../lib/user-error.ts';
import { createOutsideAccept } from './accept-from-outside.ts';
import { queueLayout } from './layout.ts';
import { createProgramAccept } from './queue-program.ts';
import { pullTrigger } from './trigger.ts';

/**
 * The front door for programs. A running host is woken at once. @throws UserError when the home has no queue
 * @param firstQp what the first message is called in its trace line, as if its qmail-queue had this process id
 */
export function openQueueForInjection(home: string, firstQp = process.pid): Accept {
  const layout = queueLayout(home);
  if (!existsSync(layout.todoDir)) {
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

/**
 * The same for programs that honour $QMAILQUEUE (qmail-inject, sendmail): a filter named there takes the message first. In
 * a null client the program in the queue's place is bin/qmail-queue: qmail-qmqpc.
 */
export function openInjection(home: string, environment: Readonly<Record<string, string | undefined>>): Accept {
  const program = environment.QMAILQUEUE ?? (isNullClient(home) ? join(home, 'bin', 'qmail-queue') : undefined);
  return program ? createProgramAccept({ program, environment }) : openQueueForInjection(home);
}
