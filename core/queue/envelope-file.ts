// The envelope as qmail-queue leaves it in todo/N: `u<uid>\0p<pid>\0F<sender>\0T<recipient>\0…`.
import type { Envelope } from '../lib/paper-path.ts';

/** qmail-queue's limit for one address, without its letter and NUL. */
const maxAddressBytes = 1002;

/** What todo/N says. */
export interface TodoRecord extends Envelope {
  readonly uid: number;
  readonly qp: number;
}

/** The bytes of todo/N. The addresses must have passed `checkEnvelope`. */
export function formatTodo(record: TodoRecord): Buffer {
  const recipients = record.recipients.map(recipient => `T${recipient}\0`).join('');
  return Buffer.from(`u${record.uid}\0p${record.qp}\0F${record.sender}\0${recipients}`, 'latin1');
}

/** Reads todo/N. @returns undefined when it holds a record of an unknown type or no sender */
export function parseTodo(raw: Buffer): TodoRecord | undefined {
  let uid = 0;
  let qp = 0;
  let sender: string | undefined;
  const recipients: string[] = [];
  for (const record of records(raw)) {
    const value = record.slice(1);
    if (record[0] === 'u') uid = Number(value);
    else if (record[0] === 'p') qp = Number(value);
    else if (record[0] === 'F') sender = value;
    else if (record[0] === 'T') recipients.push(value);
    else return undefined;
  }
  return sender === undefined ? undefined : { uid, qp, sender, recipients };
}

/** The NUL-terminated records of a file, as byte strings; an unfinished last one is left out. */
export function records(raw: Buffer): string[] {
  const parts = raw.toString('latin1').split('\0');
  parts.pop();
  return parts;
}

/** @returns qmail-queue's exit code for an envelope it cannot store (11 too long, 91 NUL inside), or undefined */
export function checkEnvelope(envelope: Envelope): number | undefined {
  for (const address of [envelope.sender, ...envelope.recipients]) {
    if (address.length > maxAddressBytes) return 11;
    if (address.includes('\0')) return 91;
  }
  return undefined;
}
