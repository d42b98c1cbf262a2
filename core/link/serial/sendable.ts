// The messages of a list that a protocol can carry: an address could otherwise be read as another command.
import { hasControls, splitAddress } from '../../message/address.ts';
import type { MessageList, ReportResult } from './send-list.ts';
import type { SerialMessage } from './serial-message.ts';

/** Why a protocol cannot carry an address; undefined: it can. */
type AddressFault = (address: string) => string | undefined;

/** A control character has a meaning to logs, terminals and line readers, and no address from a network may have one. */
export const controlInAddress: AddressFault = address => (hasControls(address) ? 'has a control character' : undefined);

/** In SMTP the domain is not quoted: a blank or an angle bracket there would end the address. */
export const badForSmtp: AddressFault = address => {
  const inDomain = /[ <>]/.test(splitAddress(address).host ?? '');
  return controlInAddress(address) ?? (inDomain ? 'has a blank or an angle bracket in its domain' : undefined);
};

/** The list without the messages whose envelope a protocol cannot carry: these are refused before a byte of them is sent. */
export function sendable(list: MessageList, faultOf: AddressFault, report: ReportResult): MessageList {
  return {
    async next() {
      for (;;) {
        const message = await list.next();
        const why = message && envelopeFault(message, faultOf);
        if (why === undefined) return message;
        await message?.[Symbol.asyncDispose]();
        if (message) report(message.name, { status: 'D', text: `${why}; the message was not sent. (#5.1.3)` });
      }
    },
  };
}

function envelopeFault({ sender, recipient }: SerialMessage, faultOf: AddressFault): string | undefined {
  const ofRecipient = faultOf(recipient);
  if (ofRecipient !== undefined) return `The address of the recipient ${ofRecipient}`;
  const ofSender = faultOf(sender);
  return ofSender === undefined ? undefined : `The address of the sender ${ofSender}`;
}
