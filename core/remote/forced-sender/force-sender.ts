// The sender that a provider demands (control/allmailfrom), for mail that was written on this machine, at the moment of sending: in From
// and in the envelope. The message in the queue keeps its own sender, who gets our bounces.
import { open } from 'node:fs/promises';
import type { Control } from '../../control/control.ts';
import { type ForcedSender, forcedSenderFor } from '../../control/forced-senders.ts';
import { displayAddress } from '../../message/address.ts';
import { type RawField, smallHeaderBytes, splitMessage } from '../../message/header/split-message.ts';
import type { Envelope } from '../../paper-path/shapes.ts';
import { type MessageReport, putOff, type Reports, unreadable } from '../outcome-of-replies.ts';
import { type NewHead, type OutgoingMessage, withHead } from '../outgoing-message.ts';
import type { Route } from '../route.ts';
import { withNewFrom } from './new-from.ts';
import { isOwnBounce, isWrittenHere } from './written-here.ts';

/** What is sent. */
type Leaving = Envelope & { readonly message: OutgoingMessage };

type Found<Shipment> =
  | { readonly kind: 'sent'; readonly shipment: Shipment }
  | { readonly kind: 'not-sent'; readonly report: MessageReport };

/** The same shipment where nothing is to change. */
export async function withForcedSender<Shipment extends Leaving>(
  shipment: Shipment,
  route: Pick<Route, 'relay'> | undefined,
  { forcedSenders }: Pick<Control, 'forcedSenders'>,
): Promise<Found<Shipment>> {
  const forced = forcedSenderFor(forcedSenders, route?.relay);
  if (!forced || forced.kind === 'none') return { kind: 'sent', shipment };
  if (forced.kind === 'broken') return { kind: 'not-sent', report: putOff(brokenLine(forced), '4.3.5') };
  try {
    return { kind: 'sent', shipment: await from(forced.address, shipment) };
  } catch {
    return { kind: 'not-sent', report: unreadable };
  }
}

/** Why mail waits. */
export function brokenLine({ text, line }: Extract<ForcedSender, { kind: 'broken' }>): string {
  return `control/allmailfrom line ${line} must be an address, or relay:address: “${displayAddress(text)}” is neither.`;
}

/** A server's reply may be about a sender that nobody wrote. */
export function withNote(reports: Reports, sender: string): Reports {
  const { message, server } = reports;
  if (!server || sender === '') return reports;
  return { ...reports, message: { ...message, text: `${message.text}Sent as ${sender}, see control/allmailfrom.\n` } };
}

/** Unchanged if the message only passes through, or its header is none. @throws Error if it cannot be read */
async function from<Shipment extends Leaving>(address: string, shipment: Shipment): Promise<Shipment> {
  const header = await readHeader(shipment.message);
  if (!header || !isWrittenHere(header.received)) return shipment;
  // The null sender of bounces and double bounces says that nobody is to be told.
  const sender = shipment.sender === '' || shipment.sender === '#@[]' ? shipment.sender : address;
  const fields = withNewFrom(header.fields, address, isOwnBounce(header.received));
  if (!fields) return sender === shipment.sender ? shipment : { ...shipment, sender };
  const head: NewHead = { raw: Buffer.concat(fields.map(({ raw }) => raw)), insteadOfBytes: header.sizeBytes };
  return { ...shipment, sender, message: withHead(shipment.message, head) };
}

interface ReadHeader {
  readonly fields: readonly RawField[];
  readonly received: readonly string[];
  readonly sizeBytes: number;
}

/** Undefined: it is too large, or nothing comes after it. */
async function readHeader(message: OutgoingMessage): Promise<ReadHeader | undefined> {
  const start = message.raw ?? (await readStart(message.path));
  const source = [start.subarray(0, smallHeaderBytes)];
  const { fields, hasBody } = await splitMessage(source, 'no mbox lines', smallHeaderBytes);
  if (!hasBody) return undefined;
  return {
    fields,
    received: fields.filter(({ name }) => name === 'received').map(({ raw }) => raw.toString('latin1')),
    sizeBytes: fields.reduce((sum, { raw }) => sum + raw.length, 0),
  };
}

async function readStart(path: string): Promise<Uint8Array> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(smallHeaderBytes), 0, smallHeaderBytes, 0);
  return buffer.subarray(0, bytesRead);
}
