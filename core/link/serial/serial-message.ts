// A message of a Maildir that is sent over a link. Its first two lines, written by qmail-local, are its envelope.
import { type FileHandle, open } from 'node:fs/promises';

/** A message file, open. Strings are byte strings. */
export interface SerialMessage extends AsyncDisposable {
  /** Its name in the list of files: `new/…` or `cur/…`. */
  readonly name: string;
  /** From Return-Path. */
  readonly sender: string;
  /** From Delivered-To, without the prefix of the link. */
  readonly recipient: string;
  /** The number of bytes after the two lines. */
  readonly sizeBytes: number;
  /** The last line ends in LF, or the message is empty. */
  readonly complete: boolean;
  /** The bytes after the two lines. @throws Error when the file cannot be read, or has become shorter */
  pieces(): AsyncGenerator<Buffer>;
}

/** Addresses have hundreds of bytes; a file whose first two lines are longer than this was not written for a link. */
const headBytes = 16 * 1024;
const pieceBytes = 16 * 1024;
const LF = 0x0a;

/**
 * Opens a message whose recipient has the prefix.
 * @returns undefined for another recipient, or when the file does not start with the two lines
 * @throws Error when the file cannot be opened or read
 */
export async function openSerialMessage(
  name: string,
  prefix: string,
  directory = '',
): Promise<SerialMessage | undefined> {
  const file = await open(Buffer.from(directory + name, 'latin1'));
  try {
    const message = await readHead(file, name, prefix);
    if (message) return message;
  } catch (error) {
    await file.close();
    throw error;
  }
  await file.close();
  return undefined;
}

async function readHead(file: FileHandle, name: string, prefix: string): Promise<SerialMessage | undefined> {
  const { size } = await file.stat();
  const head = await readAt(file, 0, Math.min(size, headBytes));
  const envelope = envelopeIn(head.toString('latin1'), prefix);
  if (!envelope) return undefined;
  const { sender, recipient, endsAt } = envelope;
  const complete = (await readAt(file, size - 1, 1))[0] === LF;

  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = endsAt; at < size; ) {
      const piece = await readAt(file, at, Math.min(pieceBytes, size - at));
      at += piece.length;
      yield piece;
    }
  }

  return {
    name,
    sender,
    recipient,
    sizeBytes: size - endsAt,
    complete,
    pieces,
    [Symbol.asyncDispose]: () => file.close(),
  };
}

/** The two lines that start the file; `endsAt`: where the message itself starts. */
interface FileEnvelope {
  readonly sender: string;
  readonly recipient: string;
  readonly endsAt: number;
}

/** @param head the start of the file */
export function envelopeIn(head: string, prefix: string): FileEnvelope | undefined {
  const [first, second] = head.split('\n', 2);
  const endsAt = (first ?? '').length + (second ?? '').length + 2;
  const sender = between('Return-Path: <', first, '>');
  const recipient = between('Delivered-To: ', second, '');
  if (sender === undefined || recipient === undefined || endsAt > head.length) return undefined;
  if (sender.includes('\0') || recipient.includes('\0') || !recipient.startsWith(prefix)) return undefined;
  return { sender, recipient: recipient.slice(prefix.length), endsAt };
}

function between(start: string, line: string | undefined, end: string): string | undefined {
  if (!line?.startsWith(start) || !line.endsWith(end) || line.length < start.length + end.length) return undefined;
  return line.slice(start.length, line.length - end.length);
}

/** Reads exactly this many bytes. */
async function readAt(file: FileHandle, at: number, count: number): Promise<Buffer> {
  const raw = Buffer.allocUnsafe(count);
  for (let filled = 0; filled < count; ) {
    const { bytesRead } = await file.read(raw, filled, count - filled, at + filled);
    if (bytesRead === 0) throw new Error('the file has become shorter');
    filled += bytesRead;
  }
  return raw;
}
