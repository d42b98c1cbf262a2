// The running host's front door. Small messages go whole into the journal: one shared fdatasync makes many of them durable
// at once, and mess/N needs none. Large ones are streamed into mess/N, which is then synced itself.
import { closeSync } from 'node:fs';
import type { Clock } from '../lib/clock.ts';
import type { SyncDirectory } from '../lib/directory-sync.ts';
import { syncFile } from '../lib/file-sync.ts';
import type { Accept, Accepted, Envelope, Invoker, MessageSource } from '../lib/paper-path.ts';
import type { Admit } from './admit.ts';
import { checkEnvelope } from './envelope-file.ts';
import type { QueueLayout } from './layout.ts';
import { type MessageFile, openMessageFile, receivedLine, tryUnlink, uidOf, writeAll } from './message-file.ts';
import { marked, SourceFailed } from './message-source.ts';
import { refusal } from './qq-codes.ts';

/** What accepting needs. */
export interface AcceptDeps {
  readonly layout: QueueLayout;
  readonly clock: Clock;
  readonly syncDirectory: SyncDirectory;
  readonly nextQp: () => number;
  readonly admit: Admit;
}

/** Messages up to this size go into the journal. */
const inlineBytes = 64 * 1024;

/** The queue's front door. Its promise rejects only with an error of the message source itself. */
export function createAccept(deps: AcceptDeps): Accept {
  return async (source, envelope, invoker) => {
    const code = checkEnvelope(envelope);
    if (code !== undefined) return refusal(code);
    const qp = deps.nextQp();
    const file = openMessageFile(deps.layout, deps.clock, qp);
    if (!('fd' in file)) return file;
    try {
      return await store(deps, file, qp, source, envelope, invoker);
    } catch (error) {
      tryUnlink(deps.layout.mess(file.id));
      if (error instanceof SourceFailed) throw error.cause;
      return refusal(53);
    } finally {
      closeSync(file.fd);
    }
  };
}

async function store(
  { layout, clock, syncDirectory, admit }: AcceptDeps,
  { id, fd }: MessageFile,
  qp: number,
  source: MessageSource,
  { sender, recipients }: Envelope,
  invoker: Invoker,
): Promise<Accepted> {
  const { sizeBytes, raw } = await copy(source, receivedLine(qp, invoker, clock.nowMs()), fd);
  if (!raw) await Promise.all([syncFile(fd), syncDirectory(layout.dirOf('mess', id))]);
  await admit({ id, sizeBytes, envelope: { uid: uidOf(invoker), qp, sender, recipients }, raw });
  return { ok: true, id, qp };
}

/** Writes the message file. @returns its size, and its bytes if they are few enough for the journal */
async function copy(
  source: MessageSource,
  firstLine: Buffer,
  fd: number,
): Promise<{ sizeBytes: number; raw: Buffer | undefined }> {
  let held: Uint8Array[] = [firstLine];
  let heldBytes = firstLine.length;
  let writtenBytes = 0;

  function writeHeld(): Buffer {
    const raw = Buffer.concat(held);
    writeAll(fd, raw);
    writtenBytes += raw.length;
    held = [];
    heldBytes = 0;
    return raw;
  }

  for await (const chunk of marked(source)) {
    held.push(Buffer.from(chunk));
    heldBytes += chunk.length;
    if (heldBytes > inlineBytes) writeHeld();
  }
  const isSmall = writtenBytes === 0;
  const raw = writeHeld();
  return { sizeBytes: writtenBytes, raw: isSmall ? raw : undefined };
}
