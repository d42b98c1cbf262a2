// What a protocol cannot carry: bytes in an address, or a message that SMTP would change or cut off.
import { splitAddress } from '../message/address.ts';
import type { Envelope } from '../paper-path/shapes.ts';
import { type Reports, refused } from './outcome-of-replies.ts';
import type { WireMessage } from './shared-messages.ts';

const partialLine = refused('SMTP cannot transfer messages with partial final lines.', '5.6.2');
const ambiguousEnd = refused('SMTP cannot safely transfer a line that is a single dot and NULs before it.', '5.6.2');
const badAddress = refused("Sorry, I can't put that address into an SMTP command.", '5.1.3');

/** QMTP counts its bytes, but a NUL would end the address on the server. */
export function unsendableByQmtp(envelope: Envelope): Reports | undefined {
  return badEnvelope(envelope, /\0/);
}

/** A line end in an address would be a command of its own. */
export function unsendableBySmtp(envelope: Envelope): Reports | undefined {
  return badEnvelope(envelope, /[\r\n\0]/, /[\0- <>\x7f]/);
}

/** Such an address makes a connection pointless. */
function badEnvelope({ sender, recipients }: Envelope, inAddress: RegExp, inDomain?: RegExp): Reports | undefined {
  const isBad = (address: string): boolean =>
    inAddress.test(address) || (inDomain?.test(splitAddress(address).host ?? '') ?? false);
  return [sender, ...recipients].some(isBad) ? { recipients: [], message: badAddress } : undefined;
}

/** A message that SMTP cannot carry. As qmail finds out while it sends, the recipients themselves count as accepted. */
export function unsendableMessage({ recipients }: Envelope, { facts }: WireMessage): Reports | undefined {
  if (facts.complete && facts.unambiguous) return undefined;
  const accepted = recipients.map(() => ({ letter: 'r', text: '' }) as const);
  return { recipients: accepted, message: facts.complete ? ambiguousEnd : partialLine };
}
