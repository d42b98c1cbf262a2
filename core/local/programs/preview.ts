// A preview of a message in one line: its subject, then the beginning of its text.

import { fieldValue, type RawField, splitMessage } from '../../message/header/split-message.ts';
import type { MessageSource } from '../../paper-path/shapes.ts';

export interface Preview {
  readonly fields: readonly RawField[];
  /** Unprintable bytes are replaced by `/`. */
  readonly text: string;
}

/**
 * Reads the header and as much of the body as is needed.
 * @param limitBytes maximum length of the text
 * @param headerBytes maximum size of the header; default: some megabytes
 * @throws errors of the source; UserError if the header is too large
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

/** The field's value without leading blanks, with its line end. */
export function fieldText(field: RawField): string {
  return fieldValue(field).replace(/^[ \t\r\n]+/, '');
}
