// Taking responsibility for a message (qmail-queue): S1 → S4 of the state table in README.md, crash-safe at every step.
import { closeSync, constants, fstatSync, linkSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, nowSec } from '../lib/clock.ts';
import { formatDate822 } from '../lib/date822.ts';
import type { SyncDirectory } from '../lib/directory-sync.ts';
import { syncFile } from '../lib/file-sync.ts';
import type { Accept, Accepted, Envelope, Invoker, MessageSource, Refused } from '../lib/paper-path.ts';
import { checkEnvelope, formatTodo } from './envelope-file.ts';
import type { QueueLayout } from './layout.ts';
import { refusal } from './qq-codes.ts';

/** What accepting needs. `queued` is called once per accepted message, after it is durable. */
export interface AcceptDeps {
  readonly layout: QueueLayout;
  readonly clock: Clock;
  readonly syncDirectory: SyncDirectory;
  /** A number for this message that no other message of this process has: qmail's `qp`. */
  readonly nextQp: () => number;
  readonly queued: (id: number) => void;
}

/** The queue's front door. Its promise rejects only with an error of the message source itself. */
export function createAccept(deps: AcceptDeps): Accept {
  return async (source, envelope, invoker) => {
    const code = checkEnvelope(envelope);
    if (code !== undefined) return refusal(code);
    const qp = deps.nextQp();
    const fresh = openMessageFile(deps, qp);
    if (!('fd' in fresh)) return fresh;
    try {
      return await store(deps, fresh, qp, source, envelope, invoker);
    } finally {
      closeSync(fresh.fd);
    }
  };
}

interface MessageFile {
  readonly id: number;
  readonly fd: number;
}

/** Makes the message file under the number of its own inode (S2). */
function openMessageFile({ layout, clock }: AcceptDeps, qp: number): MessageFile | Refused {
  const path = join(layout.pidDir, `${qp}.${nowSec(clock)}.${process.pid}`);
  let fd: number;
  try {
    fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o644);
  } catch {
    return refusal(63);
  }
  try {
    const id = fstatSync(fd).ino;
    linkSync(path, layout.mess(id));
    return { id, fd };
  } catch {
    closeSync(fd);
    return refusal(64);
  } finally {
    tryUnlink(path);
  }
}

/** Writes message and envelope (S3), makes both durable, and gives the message its name in todo (S4). */
async function store(
  { layout, syncDirectory, clock, queued }: AcceptDeps,
  { id, fd }: MessageFile,
  qp: number,
  source: MessageSource,
  envelope: Envelope,
  invoker: Invoker,
): Promise<Accepted> {
  try {
    writeAll(fd, Buffer.from(receivedLine(qp, invoker, clock.nowMs())));
    for await (const chunk of marked(source)) writeAll(fd, chunk);
    const uid = typeof invoker === 'object' ? invoker.uid : (process.getuid?.() ?? 0);
    const intd = openSync(layout.intd(id), constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o644);
    try {
      writeAll(intd, formatTodo({ uid, qp, ...envelope }));
      await Promise.all([syncFile(fd), syncFile(intd), syncDirectory(layout.dirOf('mess', id))]);
    } finally {
      closeSync(intd);
    }
  } catch (error) {
    tryUnlink(layout.intd(id));
    tryUnlink(layout.mess(id));
    if (error instanceof SourceFailed) throw error.cause;
    return refusal(53);
  }
  try {
    linkSync(layout.intd(id), layout.todo(id));
    await syncDirectory(layout.todoDir);
  } catch {
    // The name may be there or not. It stays: better a message delivered twice than one taken back half-way.
    return refusal(66);
  }
  queued(id);
  return { ok: true, id, qp };
}

/** Tells an error of the source from one of our own writes. */
class SourceFailed extends Error {}

async function* marked(source: MessageSource): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (cause) {
    throw new SourceFailed('the message source failed', { cause });
  }
}

/** qmail-queue's own trace line, the first of every message file. */
function receivedLine(qp: number, invoker: Invoker, atMs: number): string {
  return `Received: (qmail ${qp} invoked ${byWhom(invoker)}); ${formatDate822(atMs)}\n`;
}

function byWhom(invoker: Invoker): string {
  if (invoker === 'network') return 'from network';
  if (invoker === 'bounce') return 'for bounce';
  if (invoker === 'alias') return 'by alias';
  return `by uid ${invoker.uid}`;
}

function writeAll(fd: number, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at);
}

function tryUnlink(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // What cannot be removed now is removed by the 36-hour cleanup.
  }
}
