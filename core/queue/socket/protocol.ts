// The protocol of run/queue.sock. The program sends the envelope as one netstring (`F<sender>\0T<recipient>\0…`; before
// the recipients, what `sendmail -N -R -V` say of all of them: `N<notify>\0R<ret>\0V<envid>\0`), then the message in
// netstrings of at most 64 KB, then an empty one. The host sends one netstring: `K<qp>` queued, or `D<code> <text>` never, or
// `Z<code> <text>` not now, with qmail-queue's exit codes. The uid of the program is not sent: the kernel knows it.
import { join } from 'node:path';
import { netstring } from '../../lib/net/netstring.ts';
import type { Accepted, Envelope } from '../../paper-path/shapes.ts';

/** The path of the socket of a home. */
export function queueSocketPath(home: string): string {
  return join(home, 'run', 'queue.sock');
}

/** A piece of a message is at most this long. */
export const pieceBytes = 64 * 1024;
/** The recipients of one message, in bytes and in number. */
export const maxEnvelopeBytes = 8 * 1024 * 1024;
export const maxRecipients = 250_000;
export const maxAnswerBytes = 4096;

export function formatEnvelope({ sender, recipients, dsn }: Envelope): Buffer {
  const said = [record('N', dsn?.everyone?.notify), record('R', dsn?.ret), record('V', dsn?.envid)].join('');
  return Buffer.from(`F${sender}\0${said}${recipients.map(recipient => `T${recipient}\0`).join('')}`, 'latin1');
}

function record(letter: string, value: string | undefined): string {
  return value === undefined ? '' : `${letter}${value}\0`;
}

export function formatAnswer(accepted: Accepted): Buffer {
  if (accepted.ok) return netstring(`K${accepted.qp}`);
  const { permanent, code, text } = accepted;
  return netstring(`${permanent ? 'D' : 'Z'}${code} ${text}`);
}

/** @returns undefined for anything else */
export function parseAnswer(said: string): Accepted | undefined {
  const [, qp] = /^K(\d{1,10})$/.exec(said) ?? [];
  if (qp !== undefined) return { ok: true, id: 0, qp: Number(qp) };
  const [, letter, code, text = ''] = /^([DZ])(\d{1,3}) (.*)$/s.exec(said) ?? [];
  return letter === undefined ? undefined : { ok: false, code: Number(code), permanent: letter === 'D', text };
}
