// How the running host accepts a message. A small one goes completely into the journal: one shared fdatasync makes many of them
// durable at once, and they need no file while they are delivered. A large one is streamed into mess/N, which is then synced.
import { closeSync, constants, openSync } from 'node:fs';
import type { Clock } from '../../lib/clock.ts';
import type { SyncDirectory } from '../../lib/disk/directory-sync.ts';
import { syncFile } from '../../lib/disk/file-sync.ts';
import { writeAllSync } from '../../lib/disk/write-all.ts';
import { reasonOf } from '../../lib/user-error.ts';
import type { Accept, Accepted, Envelope, Invoker, MessageSource } from '../../paper-path/shapes.ts';
import { checkEnvelope } from '../files/envelope-file.ts';
import type { QueueLayout } from '../files/layout.ts';
import { receivedLine, tryUnlink, uidOf } from '../files/message-file.ts';
import { type Numbers, publishSpare, sparePath } from '../files/numbers.ts';
import { refusal } from '../qq-codes.ts';
import type { QueueLog } from '../queue-log.ts';
import { type Admit, type Candidate, inlineBytes } from './admit.ts';
import { SourceFailed, withSourceErrors } from './source-errors.ts';

/** What accepting needs. */
export interface AcceptDeps {
  readonly layout: QueueLayout;
  readonly clock: Clock;
  readonly syncDirectory: SyncDirectory;
  readonly numbers: Numbers;
  readonly nextQp: () => number;
  readonly admit: Admit;
  readonly log: Pick<QueueLog, 'warning'>;
}

/** The accept of the running host. Its promise rejects only with an error of the message source itself. */
export function createAccept(deps: AcceptDeps): Accept {
  return async (source, envelope, invoker, onCommit) => {
    const code = checkEnvelope(envelope);
    if (code !== undefined) return refusal(code);
    let id: number;
    try {
      id = deps.numbers.take();
    } catch (error) {
      deps.log.warning(`unable to make a file in ${deps.layout.pidDir}, no message is taken: ${reasonOf(error)}`);
      return refusal(63);
    }
    try {
      return await store(deps, id, source, envelope, invoker, onCommit);
    } catch (error) {
      deps.numbers.drop(id);
      if (error instanceof SourceFailed) throw error.cause;
      const reason = error instanceof Error ? error.message : error;
      deps.log.warning(`unable to write a message into ${deps.layout.root}, it is not taken: ${reason}`);
      return refusal(53);
    }
  };
}

async function store(
  deps: AcceptDeps,
  id: number,
  source: MessageSource,
  { sender, recipients, dsn }: Envelope,
  invoker: Invoker,
  onCommit: (() => void) | undefined,
): Promise<Accepted> {
  const qp = deps.nextQp();
  const pieces = withSourceErrors(source);
  const fromNetwork = invoker === 'network';
  const held = await hold(pieces, receivedLine(qp, invoker, deps.clock.nowMs()));
  const envelope = { uid: uidOf(invoker), qp, sender, recipients, dsn };
  if (held.ended) {
    const raw = held.raw;
    await deps.admit({ id, sizeBytes: raw.length, envelope, raw, head: raw, hasFile: false, fromNetwork, onCommit });
  } else {
    const sizeBytes = await writeLarge(deps, id, held.raw, pieces);
    await admitFile(deps, {
      id,
      sizeBytes,
      envelope,
      raw: undefined,
      head: held.raw,
      hasFile: true,
      fromNetwork,
      onCommit,
    });
  }
  return { ok: true, id, qp };
}

/** Reads pieces into memory until the message ends or is too large for the journal. */
async function hold(pieces: AsyncGenerator<Uint8Array>, firstLine: Buffer): Promise<{ raw: Buffer; ended: boolean }> {
  const held: Uint8Array[] = [firstLine];
  let heldBytes = firstLine.length;
  for (;;) {
    const { value, done } = await pieces.next();
    if (done) return { raw: Buffer.concat(held), ended: true };
    held.push(Buffer.from(value));
    heldBytes += value.length;
    if (heldBytes > inlineBytes) return { raw: Buffer.concat(held), ended: false };
  }
}

/** Streams the message into the spare file and syncs it. @returns its size */
async function writeLarge(
  { layout }: AcceptDeps,
  id: number,
  beginning: Buffer,
  pieces: AsyncGenerator<Uint8Array>,
): Promise<number> {
  let sizeBytes = beginning.length;
  const fd = openSync(sparePath(layout, id), constants.O_WRONLY | constants.O_TRUNC);
  try {
    writeAllSync(fd, beginning);
    for await (const piece of pieces) {
      writeAllSync(fd, piece);
      sizeBytes += piece.length;
    }
    await syncFile(fd);
  } finally {
    closeSync(fd);
  }
  return sizeBytes;
}

/** Gives the file its name and admits the message. Only from here on mess/N is this message's, and is removed if that fails. */
async function admitFile({ layout, syncDirectory, admit }: AcceptDeps, message: Candidate): Promise<void> {
  const { id } = message;
  publishSpare(layout, id);
  try {
    await syncDirectory(layout.dirOf('mess', id));
    await admit(message);
  } catch (error) {
    tryUnlink(layout.mess(id));
    throw error;
  }
}
