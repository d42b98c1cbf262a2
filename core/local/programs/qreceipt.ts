// qreceipt: confirms the delivery to the sender, if the message requests it in the field Notice-Requested-Upon-Delivery-To.

import { reasonOf, UserError } from '../../lib/user-error.ts';
import { quoteAddress } from '../../message/address.ts';
import { readAddressList } from '../../message/header/address-list.ts';
import { fieldValue, type RawField, smallHeaderBytes, splitMessage } from '../../message/header/split-message.ts';
import { tokenize, unquoteTokens } from '../../message/header/tokens.ts';
import type { BuiltinProgram, ProgramCall } from '../../paper-path/builtin-program.ts';
import { lasting } from '../message/message-reader.ts';
import { fatal, usage } from './program-exit.ts';

const name = 'qreceipt';

/** @returns 0 confirmed, or not requested; 100 permanent failure; 111 try again */
export const qreceipt: BuiltinProgram = async call => {
  const [target] = call.args;
  const sender = call.env.SENDER;
  if (target === undefined || sender === undefined) return usage(call, `${name} deliveryaddress`);
  let fields: readonly RawField[];
  try {
    ({ fields } = await splitMessage(lasting(call.input.pieces()), 'mbox lines', smallHeaderBytes));
  } catch (error) {
    if (error instanceof UserError) {
      call.err(`${name}: no receipt: ${error.message}\n`);
      return 0; // such a header is not a reason to refuse the mail
    }
    return fatal(call, name, 111, `read error: ${reasonOf(error)}`);
  }
  let wanted = false;
  for (const field of fields.filter(one => one.name === 'notice-requested-upon-delivery-to')) {
    const addresses = addressesIn(field);
    if (!addresses) return fatal(call, name, 100, `unable to parse this: ${field.raw.toString('latin1').trimEnd()}`);
    wanted ||= addresses.includes(target);
  }
  if (!wanted || sender === '' || sender === '#@[]') return 0;
  return tell(
    call,
    sender,
    target,
    fields.findLast(field => field.name === 'message-id'),
  );
};

function addressesIn(field: RawField): string[] | undefined {
  const tokens = tokenize(fieldValue(field));
  return tokens && readAddressList(tokens, address => address)?.addresses.map(unquoteTokens);
}

async function tell(
  call: ProgramCall,
  sender: string,
  target: string,
  messageId: RawField | undefined,
): Promise<number> {
  const quoted = quoteAddress(sender);
  const notice = `From: DELIVERY NOTICE SYSTEM <${quoted}>
To: <${quoted}>
Subject: success notice

Hi! This is the qreceipt program. Your message was delivered to the
following address: ${target}. Thanks for asking.
${messageId ? `Your ${messageId.raw.toString('latin1')}` : ''}`;
  const queued = await call.queue([Buffer.from(notice, 'latin1')], { sender: '', recipients: [sender] });
  if (queued.ok) return 0;
  const [how, exitCode] = queued.permanent ? (['permanent', 100] as const) : (['temporary', 111] as const);
  return fatal(call, name, exitCode, `${how} qmail-queue error: ${queued.text}`);
}
