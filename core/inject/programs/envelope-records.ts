// Parses the envelope that a program passes to qmail-queue: `F<sender>\0`, `T<recipient>\0` …, and one more `\0`.
import type { Envelope, MessageSource } from '../../paper-path/shapes.ts';

/** The envelope, or the exit code of qmail-queue: 11 address too long, 51 too large, 54 truncated, 91 malformed. */
export type EnvelopeResult =
  | { readonly ok: true; readonly envelope: Envelope }
  | { readonly ok: false; readonly code: 11 | 51 | 54 | 91 };

const maxAddressBytes = 1002;
// All recipients are held in memory: about two million of them.
const maxEnvelopeBytes = 64 * 1024 * 1024;

const recordF = 0x46;
const recordT = 0x54;

/** Reads records up to the final NUL, and no further. Errors of the source are thrown. */
export async function readEnvelopeRecords(source: MessageSource): Promise<EnvelopeResult> {
  let sender: string | undefined;
  const recipients: string[] = [];
  let held: Buffer = Buffer.alloc(0);
  let sizeBytes = 0;
  for await (const piece of source) {
    sizeBytes += piece.length;
    if (sizeBytes > maxEnvelopeBytes) return { ok: false, code: 51 };
    const raw = Buffer.concat([held, piece]);
    let at = 0;
    while (at < raw.length) {
      const type = raw[at];
      if (sender !== undefined && type === 0) return { ok: true, envelope: { sender, recipients } };
      if (type !== (sender === undefined ? recordF : recordT)) return { ok: false, code: 91 };
      const nul = raw.indexOf(0, at + 1);
      const end = nul < 0 ? raw.length : nul;
      if (end - at - 1 > maxAddressBytes) return { ok: false, code: 11 };
      if (nul < 0) break;
      const address = raw.toString('latin1', at + 1, end);
      if (sender === undefined) sender = address;
      else recipients.push(address);
      at = end + 1;
    }
    held = raw.subarray(at);
  }
  return { ok: false, code: 54 };
}
