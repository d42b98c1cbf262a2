// The beginning of a message for a person to see in passing: its subject, then its text, in one line.

import { fieldValue, type RawField, splitMessage } from '../../message/header/split-message.ts';
import type { MessageSource } from '../../paper-path/shapes.ts';

export interface Preview {
  readonly fields: readonly RawField[];
  /** Bytes that are not to be printed are `/`. */
  readonly text: string;
}

/**
 * Reads the header and as much of the body as is wanted.
 * @param limitBytes length of the text at most
 * @param headerBytes size of the header at most; default: some megabytes
 * @throws what the source throws; UserError for a header that is larger than it should be
 */
export async function readPreview(source: MessageSource, limitBytes: number, headerBytes?: number): Promise<Preview> {
  const { fields, hasBody, body } = await splitMessage(source, 'mbox lines', headerBytes);
  let text = fields
    .filter(field => field.name === 'subject')
    .map(fieldText)
    .join('');
  if (hasBody) text += '\n';
  for await (const piece of body) {
    if (text.length >= limitBytes) break;
    text += Buffer.from(piece.buffer, piece.byteOffset, Math.min(piece.length, limitBytes)).toString('latin1');
  }
  return { fields, text: text.slice(0, limitBytes).replace(/[^ -~]/g, '/') };
}

/** What follows the name, the colon and the blanks after it, with the line end. */
export function fieldText(field: RawField): string {
  return fieldValue(field).replace(/^[ \t\r\n]+/, '');
}
