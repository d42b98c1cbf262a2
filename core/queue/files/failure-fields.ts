// Why a recipient failed, as fields beside the text of its paragraph: how they are written in the journal and in failures/N.
import * as v from 'valibot';
import { parseJson } from '../../lib/text/parse-json.ts';
import type { RemoteAnswer } from '../../paper-path/outcome.ts';

export interface FailureFields {
  /** RFC 3463. */
  readonly status: string;
  readonly answer?: RemoteAnswer | undefined;
  /** The recipient as the sender wrote it, as in ORCPT. */
  readonly orcpt?: string | undefined;
}

/** Only the fields, of an outcome or of a line. */
export function failureFields({ status, answer, orcpt }: FailureFields): FailureFields {
  return { status, ...(answer && { answer }), ...(orcpt !== undefined && { orcpt }) };
}

const Fields = v.object({
  status: v.pipe(v.string(), v.regex(/^[245]\.\d{1,3}\.\d{1,3}$/)),
  answer: v.optional(
    v.object({
      code: v.optional(v.number()),
      words: v.string(),
      host: v.optional(v.string()),
      ip: v.optional(v.string()),
    }),
  ),
  orcpt: v.optional(v.string()),
});

/** One line without its end, as a byte string. */
export function formatFields(fields: object): string {
  return JSON.stringify(fields);
}

/** @returns undefined for any other text, which a crash may leave */
export function parseFields(text: string): FailureFields | undefined {
  return parseJson(Fields, text);
}

const Line = v.object({ ...Fields.entries, bornSec: v.number(), offset: v.number() });

/** The fields of the paragraph that starts at this offset in the bounce/N of a message. */
export type FailureLine = FailureFields & { readonly bornSec: number; readonly offset: number };

/** The same for a line of failures/N. */
export function parseLine(text: string): FailureLine | undefined {
  return parseJson(Line, text);
}
