// Queues a message from a process that is not the host (qmail-queue): S1 → S4 of the state table in README.md, with an fsync for
// each step that must survive a crash. The host itself has a cheaper way (accept.ts).
import { closeSync, fstatSync, linkSync } from 'node:fs';
import type { Clock } from '../../lib/clock.ts';
import type { SyncDirectory } from '../../lib/disk/directory-sync.ts';
import { syncFile } from '../../lib/disk/file-sync.ts';
import { writeAllSync } from '../../lib/disk/write-all.ts';
import { errorCode } from '../../lib/user-error.ts';
import type { Accept, Accepted, Envelope, Invoker, MessageSource } from '../../paper-path/shapes.ts';
import { forgetDsn, writeAsked } from '../files/dsn-file.ts';
import { checkEnvelope, formatTodo } from '../files/envelope-file.ts';
import type { QueueLayout } from '../files/layout.ts';
import { type MessageFile, openMessageFile, receivedLine, tryUnlink, uidOf } from '../files/message-file.ts';
import { openOwned } from '../files/open-owned.ts';
import { refusal } from '../qq-codes.ts';
import { SourceFailed, withSourceErrors } from './source-errors.ts';

/** What accepting needs. `queued` is called once per accepted message, after it is durable. */
export interface OutsideDeps {
  readonly layout: QueueLayout;
  readonly clock: Clock;
  readonly syncDirectory: SyncDirectory;
  /** A number for this message that no other message of this process has: qmail's `qp`. */
  readonly nextQp: () => number;
  readonly queued: (id: number) => void;
}

/** The queue's front door for programs. Its promise rejects only with an error of the message source itself. */
export function createOutsideAccept(deps: OutsideDeps): Accept {
  return async (source, envelope, invoker) => {
    const code = checkEnvelope(envelope);
    if (code !== undefined) return refusal(code);
    const qp = deps.nextQp();
    const file = openMessageFile(deps.layout, deps.clock, qp);
    if (!('fd' in file)) return file;
    try {
      return await store(deps, file, qp, source, envelope, invoker);
    } finally {
      closeSync(file.fd);
    }
  };
}

/** Writes message and envelope (S3), makes both durable, and gives the message its name in todo (S4). */
async function store(
  { layout, syncDirectory, clock, queued }: OutsideDeps,
  { id, fd }: MessageFile,
  qp: number,
  source: MessageSource,
  envelope: Envelope,
  invoker: Invoker,
): Promise<Accepted> {
  try {
    writeAllSync(fd, receivedLine(qp, invoker, clock.nowMs()));
    for await (const chunk of withSourceErrors(source)) writeAllSync(fd, chunk);
    if (envelope.dsn) await writeAsked(layout, syncDirectory, id, envelope.dsn);
    const intd = openOwned(layout.intd(id), 'wx', 0o644);
    try {
      writeAllSync(intd, formatTodo({ uid: uidOf(invoker), qp, ...envelope }));
      await Promise.all([syncFile(fd), syncFile(intd), syncDirectory(layout.dirOf('mess', id))]);
    } finally {
      closeSync(intd);
    }
  } catch (error) {
    tryUnlink(layout.intd(id));
    tryUnlink(layout.mess(id));
    if (envelope.dsn) forgetDsn(layout, id);
    if (error instanceof SourceFailed) throw error.cause;
    return refusal(53);
  }
  try {
    linkSync(layout.intd(id), layout.todo(id));
    if (fstatSync(fd).nlink === 0) {
      tryUnlink(layout.todo(id)); // The clock was set forward, and the cleanup of leftovers has removed mess/N.
      return refusal(66);
    }
    await syncDirectory(layout.dirOf('todo', id));
  } catch (error) {
    // Another message has that name: its envelope would be taken for this message's.
    if (errorCode(error) === 'EEXIST') for (const path of [layout.mess(id), layout.intd(id)]) tryUnlink(path);
    // Otherwise the name may exist or not. It stays: a message delivered twice is better than one that is half removed.
    return refusal(66);
  }
  queued(id);
  return { ok: true, id, qp };
}
