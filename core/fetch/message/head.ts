// The beginning of a fetched message: what its header says about sender, recipient and loops. The rest streams past.
import { hasControls, lowerAscii, splitAddress } from '../../message/address.ts';
import { type Header, parseHeader } from '../../message/header/parse-header.ts';

/** So much of a message is looked at. */
const mostBytes = 64 * 1024;
const mostHops = 100;
const longestAddress = 900;

/** A message whose beginning is in memory. */
export interface Opened {
  readonly raw: Buffer;
  readonly header: Header;
  /** All of the message, the beginning included; once. */
  readonly whole: AsyncGenerator<Uint8Array>;
}

/** @param pieces LF line ends */
export async function openMessage(pieces: AsyncIterable<Uint8Array>): Promise<Opened> {
  const iterator = pieces[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let bytes = 0;
  let last = Buffer.alloc(0);
  while (bytes < mostBytes) {
    const { done, value } = await iterator.next();
    if (done) break;
    const piece = Buffer.from(value);
    read.push(piece);
    bytes += piece.length;
    const seam = Buffer.concat([last, piece]);
    if (seam.includes('\n\n')) break;
    last = seam.subarray(-1);
  }
  const raw = Buffer.concat(read);
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield raw;
    for (;;) {
      const { done, value } = await iterator.next();
      if (done) return;
      yield value;
    }
  }
  return { raw, header: parseHeader(raw, 0, { maxBytes: mostBytes }), whole: whole() };
}

/** The envelope sender that the provider noted; empty when there is none: a bounce then goes to nobody but the postmaster. */
export function senderOf(header: Header): string {
  return addressIn(header.first('return-path')) ?? '';
}

/** The address in a domain for which the provider noted that it was delivered: the topmost field counts. */
export function recipientIn(header: Header, domain: string): string | undefined {
  for (const name of ['x-original-to', 'delivered-to']) {
    const found = header
      .all(name)
      .map(addressIn)
      .find(address => isIn(address, domain));
    if (found !== undefined) return found;
  }
  return undefined;
}

function isIn(address: string | undefined, domain: string): boolean {
  return address !== undefined && lowerAscii(splitAddress(address).host ?? '') === domain;
}

/** It was delivered to this recipient before, or has passed too many hosts: delivering it would begin the round again. */
export function isLooping(header: Header, recipient: string): boolean {
  const hops = header.all('received').length + header.all('delivered-to').length;
  const isBack = header.all('delivered-to').some(value => lowerAscii(value.trim()) === lowerAscii(recipient));
  return hops >= mostHops || isBack;
}

/** A Message-ID with its brackets. */
export function messageIdOf(header: Header): string | undefined {
  const value = header.first('message-id');
  const start = value.indexOf('<');
  const end = value.indexOf('>', start);
  return start >= 0 && end > start ? value.slice(start, end + 1) : undefined;
}

/** `<joe@example.org>`, or the same without brackets. */
function addressIn(value: string): string | undefined {
  const text = value.trim();
  const address = text.startsWith('<') && text.endsWith('>') ? text.slice(1, -1) : text;
  const { local, host } = splitAddress(address);
  const isAddress = local !== '' && host !== undefined && host !== '' && address.length <= longestAddress;
  return isAddress && !hasControls(address) && !/[\s<>]/.test(address) ? address : undefined;
}
