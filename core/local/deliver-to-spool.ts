// Delivers into the Maildir of a link, in the form of serialmail: Return-Path and Delivered-To are the envelope. The host does it
// itself, durably: what is sent from there must not come back after a power failure.
import { waitsForLink } from '../log-lines/link-wait.ts';
import { addressFromText } from '../message/address.ts';
import type { Spool } from '../paper-path/link-spool.ts';
import type { Outcome } from '../paper-path/outcome.ts';
import type { DeliveryJob } from '../paper-path/shapes.ts';
import { deliverToMaildir, type MaildirDeps } from './into/maildir.ts';
import { outcomeOfExit } from './lspawn-report.ts';
import type { Message } from './message/message.ts';
import { checkLoop } from './qmail-local.ts';
import { deliveryLines } from './rules/delivery-lines.ts';

/** Larger headers are not looked at further. */
const headBytes = 64 * 1024;

export async function deliverToSpool(
  spool: Spool,
  { sender, recipient }: Pick<DeliveryJob, 'sender' | 'recipient'>,
  message: Message,
  deps: MaildirDeps & { readonly nowMs: number },
): Promise<Outcome> {
  const { rpLine, dtLine } = deliveryLines(recipient, sender, deps.nowMs);
  const loop = await checkLoop(message, dtLine);
  if (loop) return outcomeOfExit(loop.exit, `${loop.text}\n`);
  const refused = spool.refuses(await headOf(message));
  if (refused) return refused;
  let file = '';
  const placed = (name: string) => {
    file = name;
  };
  const failure = await deliverToMaildir(addressFromText(spool.maildir), rpLine + dtLine, message, { ...deps, placed });
  if (failure) {
    spool.failed(failure.text.slice(failure.text.indexOf('\n') + 1));
    return outcomeOfExit(failure.exit, `${failure.text}\n`);
  }
  spool.arrived(`new/${file}`);
  return { kind: 'done', text: `did 1+0+0\n${waitsForLink(spool.link, file)}\n`, handedOn: 'relayed' };
}

async function headOf(message: Message): Promise<Uint8Array> {
  for await (const piece of message.pieces()) return piece.subarray(0, headBytes);
  return new Uint8Array();
}
