// control/queueextra (qmail's QUEUE_EXTRA): a copy of every message, with its envelope, for an address that keeps them. The copy
// is a message of its own and is on disk before its original: no message is in the queue without its copy.
import { createReadStream } from 'node:fs';
import type { Control } from '../../control/control.ts';
import { createTimeSlice } from '../../lib/time-slice.ts';
import type { Accept, MessageSource } from '../../paper-path/shapes.ts';
import type { TodoRecord } from '../files/envelope-file.ts';
import type { QueueLayout } from '../files/layout.ts';
import type { Admit, Candidate } from './admit.ts';

/**
 * Copies have the sender of double bounces: one that cannot be delivered is discarded with a line in the log, and causes no
 * message that would be copied again.
 */
const copySender = '#@[]';

/** What copying needs. */
export interface CopyDeps {
  readonly layout: QueueLayout;
  readonly control: () => Pick<Control, 'queueExtra'>;
  /** Accepts the copy, which is not copied again. */
  readonly accept: Accept;
  readonly admit: Admit;
}

/** Admits a message after its copy. @throws when the copy is refused: the message is refused, too */
export function admitWithCopies({ layout, control, accept, admit }: CopyDeps): Admit {
  return async candidate => {
    const { queueExtra } = control();
    if (queueExtra !== undefined && isCopied(candidate)) {
      const uid = process.getuid?.() ?? 0;
      const copy = await accept(copyOf(layout, candidate), { sender: copySender, recipients: [queueExtra] }, { uid });
      if (!copy.ok) throw new Error(`the copy for control/queueextra was not taken: ${copy.text}`);
    }
    await admit(candidate);
  };
}

/** Forwarded copies and double bounces are not; but a client cannot avoid a copy by that sender. */
function isCopied({ envelope, fromNetwork }: Candidate): boolean {
  return envelope.sender !== copySender || fromNetwork === true;
}

async function* copyOf(layout: QueueLayout, { id, envelope, raw }: Candidate): AsyncGenerator<Uint8Array> {
  yield* envelopeFields(envelope);
  yield* raw ? [raw] : (createReadStream(layout.mess(id)) as MessageSource);
}

/** The size of a piece: each costs the queue more than its bytes. */
const pieceChars = 16 * 1024;

/** Fields above the header of the message: each address as in the envelope, without control characters. */
async function* envelopeFields({ sender, recipients, qp, uid }: TodoRecord): AsyncGenerator<Buffer> {
  const slice = createTimeSlice();
  let fields = `X-Queue-Extra: qp ${qp} uid ${uid}\nX-Envelope-From: <${printable(sender)}>\n`;
  for (const recipient of recipients) {
    fields += `X-Envelope-To: <${printable(recipient)}>\n`;
    if (fields.length >= pieceChars) {
      yield Buffer.from(fields, 'latin1');
      fields = '';
    }
    if (slice.isOver()) await slice.next();
  }
  yield Buffer.from(fields, 'latin1');
}

function printable(address: string): string {
  return address.replace(/[\0-\x1f\x7f]/g, '_');
}
