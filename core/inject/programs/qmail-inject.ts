// qmail-inject: completes the header of a message from a local program, and determines its envelope. The header is held in memory; the
// body is passed through unchanged.

import { UserError } from '../../lib/user-error.ts';
import { addressFromText, quoteAddress } from '../../message/address.ts';
import type { RewriteAddress } from '../../message/header/address-list.ts';
import { hostRewriter, rewriteBareAddress } from '../../message/header/rewrite.ts';
import { splitMessage } from '../../message/header/split-message.ts';
import { unquoteTokens } from '../../message/header/tokens.ts';
import type { Envelope, MessageSource } from '../../paper-path/shapes.ts';
import { addedFields, type InjectMoment, ownAddress } from './added-fields.ts';
import { assemble } from './assemble.ts';
import { type InjectedHeader, injectHeader } from './inject-header.ts';
import { type InjectOptions, recipientUse } from './inject-options.ts';
import type { InjectSettings } from './inject-settings.ts';

/** A message ready for the queue. */
export interface Injected {
  readonly ok: true;
  readonly message: MessageSource;
  readonly envelope: Envelope;
}

/** The reason for a refusal; `text`, a byte string, is printed after `qmail-inject: fatal: `. */
export interface InjectError {
  readonly ok: false;
  readonly exitCode: number;
  readonly text: string;
}

/**
 * Reads the header of `source`, and returns the rewritten message and its envelope. Errors of the source are thrown: here while the
 * header is read, later while iterating over the message.
 */
export async function injectMessage(
  source: MessageSource,
  options: InjectOptions,
  settings: InjectSettings,
  moment: InjectMoment,
): Promise<Injected | InjectError> {
  try {
    const rewrite = hostRewriter(settings);
    const input = await splitMessage(source);
    const use = recipientUse(options);
    const header = injectHeader(input.fields, rewrite, settings.flags, use.header);
    if ('unparsable' in header) return unparsable(header.unparsable.toString('latin1').replace(/\n$/, ''));
    const named = use.arguments ? namedRecipients(options.recipients, rewrite) : [];
    if (typeof named === 'string') return unparsable(named);
    const sender = senderOf(options, header, settings, rewrite, moment);
    if (sender === undefined) return unparsable(quoteAddress(options.sender ?? ''));
    const top = [...addedFields(header, settings, rewrite, moment).map(bytes), ...header.kept];
    return {
      ok: true,
      message: assemble(Buffer.concat(top), input),
      envelope: { sender, recipients: use.header ? [...named, ...header.recipients] : named },
    };
  } catch (error) {
    if (error instanceof UserError)
      return { ok: false, exitCode: error.exitCode, text: addressFromText(error.message) };
    throw error;
  }
}

/** The line that `qmail-inject -n` prints on top of the message. */
export function returnPathLine(sender: string): string {
  return `Return-Path: <${quoteAddress(sender)}>\n`;
}

function unparsable(line: string): InjectError {
  return { ok: false, exitCode: 100, text: `unable to parse this line:\n${line}` };
}

/** The rewritten addresses of the arguments; or the first invalid one (a string). */
function namedRecipients(recipients: readonly string[], rewrite: RewriteAddress): readonly string[] | string {
  const named: string[] = [];
  for (const recipient of recipients) {
    const written = quoteAddress(recipient);
    const address = rewriteBareAddress(written, rewrite);
    if (address === undefined) return written;
    named.push(address);
  }
  return named;
}

/** The envelope sender; undefined if -f is not a valid address. */
function senderOf(
  options: InjectOptions,
  header: InjectedHeader,
  settings: InjectSettings,
  rewrite: RewriteAddress,
  moment: InjectMoment,
): string | undefined {
  const { flags } = settings;
  if (options.sender !== undefined) return rewriteBareAddress(quoteAddress(options.sender), rewrite);
  const verp = flags.verpPerRecipient ? '-@[]' : '';
  if (header.returnPath !== undefined && !flags.ignoreReturnPath) return header.returnPath + verp;
  const perMessage = flags.verpPerMessage ? `-${Math.floor(moment.nowMs / 1000)}.${moment.pid}` : '';
  const user = settings.senderUser + perMessage + (flags.verpPerRecipient ? '-' : '');
  return unquoteTokens(rewrite(ownAddress(user, settings.senderHost))) + verp;
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
