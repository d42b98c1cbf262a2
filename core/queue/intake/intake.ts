// All ways into the running queue: the host's own front door, and what takes up messages of other processes, with a copy of
// each message where control/queueextra asks for it.
import type { Control } from '../../control/control.ts';
import type { Clock } from '../../lib/clock.ts';
import type { SyncDirectory } from '../../lib/disk/directory-sync.ts';
import type { Accept } from '../../paper-path/shapes.ts';
import type { QueueLayout } from '../files/layout.ts';
import type { Numbers } from '../files/numbers.ts';
import type { Journal } from '../journal/journal.ts';
import type { QueueLog } from '../queue-log.ts';
import type { IntakePriority } from '../run/intake-priority.ts';
import type { QueuedMessages } from '../store/queued-messages.ts';
import { createAccept } from './accept.ts';
import { type Admit, createAdmission } from './admit.ts';
import { admitWithCopies } from './copies.ts';

export interface IntakeDeps {
  readonly layout: QueueLayout;
  readonly control: () => Control;
  readonly clock: Clock;
  readonly log: QueueLog;
  readonly syncDirectory: SyncDirectory;
  readonly numbers: Numbers;
  readonly journal: Pick<Journal, 'commit' | 'note'>;
  readonly queued: Pick<QueuedMessages, 'add'>;
  readonly intakePriority: Pick<IntakePriority, 'arrived'>;
}

export interface Intake {
  readonly accept: Accept;
  /** For messages that are in the queue's files already. */
  readonly admit: Admit;
  /** From now on no message is admitted; resolves when all that were on their way are in, or were refused. */
  close(): Promise<void>;
}

export function createIntake(deps: IntakeDeps): Intake {
  const { queued, intakePriority } = deps;
  const { admit, close } = createAdmission({
    ...deps,
    ready(message) {
      intakePriority.arrived(message.sizeBytes);
      queued.add(message);
    },
  });
  let qp = process.pid;
  const acceptDeps = { ...deps, nextQp: () => qp++ };
  const admitCopied = admitWithCopies({ ...deps, accept: createAccept({ ...acceptDeps, admit }), admit });
  return { accept: createAccept({ ...acceptDeps, admit: admitCopied }), admit: admitCopied, close };
}
