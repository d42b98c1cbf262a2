// The envelope as qmail-queue leaves it in todo/N: `u<uid>\0p<pid>\0F<sender>\0T<recipient>\0…`.
import { createTimeSlice } from '../../lib/time-slice.ts';
import type { Envelope } from '../../paper-path/shapes.ts';

/** qmail-queue's limit for one address, without its letter and NUL. */
export const maxAddressBytes = 1002;

/** The contents of todo/N. */
export interface TodoRecord extends Envelope {
  readonly uid: number;
  readonly qp: number;
}

/** The bytes of todo/N. The addresses must have passed `checkEnvelope`. */
export function formatTodo(record: TodoRecord): Buffer {
  const recipients = record.recipients.map(recipient => `T${recipient}\0`).join('');
  return Buffer.from(`u${record.uid}\0p${record.qp}\0F${record.sender}\0${recipients}`, 'latin1');
}

/**
 * Reads todo/N in slices, as lists may be long.
 * @returns undefined when it holds a record of an unknown type or no sender
 */
export async function parseTodo(raw: Buffer): Promise<TodoRecord | undefined> {
  const slice = createTimeSlice();
  let uid = 0;
  let qp = 0;
  let sender: string | undefined;
  const recipients: string[] = [];
  for (const { letter, value } of typedRecords(raw)) {
    if (letter === 'T') recipients.push(value);
    else if (letter === 'F') sender = value;
    else if (letter === 'u') uid = Number(value);
    else if (letter === 'p') qp = Number(value);
    else return undefined;
    if (slice.isOver()) await slice.next();
  }
  return sender === undefined ? undefined : { uid, qp, sender, recipients };
}

/** The NUL-terminated records of a file, as byte strings; an incomplete last one is left out. */
export function records(raw: Buffer): string[] {
  const found: string[] = [];
  let at = 0;
  for (const end of recordEnds(raw)) {
    found.push(raw.toString('latin1', at, end));
    at = end + 1;
  }
  return found;
}

/** The same one by one, each as its letter and the rest. The strings do not keep the file in memory. */
export function* typedRecords(raw: Buffer): Generator<{ readonly letter: string; readonly value: string }> {
  let at = 0;
  for (const end of recordEnds(raw)) {
    if (at === end) yield { letter: '', value: '' };
    else yield { letter: String.fromCharCode(raw[at] as number), value: raw.toString('latin1', at + 1, end) };
    at = end + 1;
  }
}

function* recordEnds(raw: Buffer): Generator<number> {
  for (let end = raw.indexOf(0); end >= 0; end = raw.indexOf(0, end + 1)) yield end;
}

/** @returns qmail-queue's exit code for an envelope it cannot store (11 too long, 91 NUL inside), or undefined */
export function checkEnvelope({ sender, recipients }: Envelope): number | undefined {
  let code = checkAddress(sender);
  for (let at = 0; at < recipients.length && code === undefined; at++) code = checkAddress(recipients[at] as string);
  return code;
}

function checkAddress(address: string): number | undefined {
  if (address.length > maxAddressBytes) return 11;
  return address.includes('\0') ? 91 : undefined;
}
