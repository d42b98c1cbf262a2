// Variable envelope return paths: each recipient gets its own sender, so that a bounce names the recipient (qmail-send's senderadd).
import { splitAddress } from '../../message/address.ts';

const mark = '-@[]';

/** The sender for one recipient: `list-owner-@host-@[]` to `box@there` becomes `list-owner-box=there@host`. */
export function expandVerp(sender: string, recipient: string): string {
  if (!sender.endsWith(mark)) return sender;
  const { local: prefix, host } = splitAddress(sender.slice(0, -mark.length));
  if (host === undefined) return sender;
  const to = splitAddress(recipient);
  const box = to.host === undefined ? to.local : `${to.local}=${to.host}`;
  return `${prefix}${box}@${host}`;
}

/** Where bounces for a sender go: its address without the mark. */
export function bounceAddress(sender: string): string {
  return sender.endsWith(mark) ? sender.slice(0, -mark.length) : sender;
}
