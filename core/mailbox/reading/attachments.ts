// Hands out attachments, decoded, in pieces. The one that is being fetched is kept, so that its message is parsed once.
import type { Reply } from '../../api/contract.ts';
import { refusal } from '../../api/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { maxParsedBytes, ParseFailure } from '../../lib/process/parse-failure.ts';
import { readFileStart } from './file-start.ts';
import { pieceBytes } from './source.ts';
import type { TakeApart, TakenFile } from './take-apart.ts';

export interface Attachments {
  /**
   * A piece of an attachment, from `offset` on; empty behind its end. @param path the message's file
   * @throws ApiError `gone`: it has no such attachment; `failed`: it cannot be parsed
   */
  read(asked: { id: string; part: number; offset: number }, path: string): Promise<Reply<'mail.attachment'>>;
}

/** The next piece of a file is asked for sooner than that. */
const keptMs = 30_000;

export function createAttachments(takeApart: TakeApart, clock: Clock): Attachments {
  let kept: { readonly key: string; readonly file: TakenFile } | undefined;
  let cancel: () => void = () => undefined;

  function keep(key: string, file: TakenFile): void {
    forget();
    kept = { key, file };
    cancel = clock.after(keptMs, forget);
  }

  function forget(): void {
    cancel();
    kept = undefined;
  }

  return {
    async read({ id, part, offset }, path) {
      const key = `${id} ${part}`;
      const file = kept?.key === key && offset > 0 ? kept.file : await decode(path, part, takeApart);
      const piece = file.bytes.subarray(offset, offset + pieceBytes);
      if (offset + piece.length < file.bytes.length) keep(key, file);
      else if (kept?.key === key) forget();
      return {
        name: file.name,
        type: file.type,
        base64: Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString('base64'),
        sizeBytes: file.bytes.length,
      };
    },
  };
}

async function decode(path: string, part: number, takeApart: TakeApart): Promise<TakenFile> {
  const { raw, sizeBytes } = await readFileStart(path, maxParsedBytes);
  const file = await takeApart.attachment(raw, sizeBytes, part).catch(error => {
    throw error instanceof ParseFailure
      ? refusal('message-not-parsed', { why: error.message }, { cause: error })
      : error;
  });
  if (!file) throw refusal('attachment-gone', { part });
  return file;
}
