// new-inject (mess822): like qmail-inject, but rewrites the whole header in a fixed format.

import { lowerAscii } from '../../message/address.ts';
import { type ListPart, writeNormalAddress } from '../../message/header/normal-list.ts';
import {
  type readRewriteRules,
  rewriteAddress,
  rewriteHost,
  rewriteParts,
} from '../../message/header/rewrite-rules.ts';
import { splitMessage } from '../../message/header/split-message.ts';
import type { MessageSource } from '../../paper-path/shapes.ts';
import type { InjectMoment } from './added-fields.ts';
import { assemble } from './assemble.ts';
import { type InjectOptions, parseInjectArguments, recipientUse } from './inject-options.ts';
import type { InjectSettings } from './inject-settings.ts';
import { addressesOf, formatNormalHeader, type NormalHeader, readNormalHeader } from './normal-header.ts';
import type { Injected } from './qmail-inject.ts';

/** The letters of QMAILINJECT and of the command line, in upper case. */
type Letters = ReadonlySet<string>;

export interface NewInjectOptions extends InjectOptions {
  readonly letters: Letters;
}

/** The text for a wrong command line. */
export const newInjectUsage = 'new-inject: usage: new-inject [ -nNaAhHFIMRS ] [ -f sender ] [ recip ... ]';

/**
 * Parses the arguments (byte strings); undefined if an option is unknown or lacks its value.
 * @param injectLetters the value of QMAILINJECT
 */
export function parseNewInjectArguments(args: readonly string[], injectLetters = ''): NewInjectOptions | undefined {
  const letters = new Set(injectLetters.toUpperCase());
  const options = parseInjectArguments(args, letter => {
    letters.add(letter);
    return 'FIMRS'.includes(letter);
  });
  return options && { ...options, letters };
}

/** The settings of new-inject from the environment and the control files. */
export interface NewInjectSettings
  extends Pick<InjectSettings, 'user' | 'host' | 'name' | 'senderUser' | 'senderHost'> {
  readonly rules: ReturnType<typeof readRewriteRules>;
  readonly idHost: string;
  readonly followupLists: InjectSettings['followupLists'];
}

/** Reads the header of `source`, and returns the message with its new header, and its envelope. */
export async function newInjectMessage(
  source: MessageSource,
  options: NewInjectOptions,
  settings: NewInjectSettings,
  moment: InjectMoment,
): Promise<Injected> {
  const { rules } = settings;
  const input = await splitMessage(source, 'no mbox lines');
  const all = readNormalHeader(input.fields, ['envelope-recipients', 'envelope-sender'], parts =>
    rewriteParts(parts, rules),
  );
  const header = withoutFields(all, options.letters);
  const own = rewriteAddress(`${settings.user}@${settings.host ?? ''}`, rules);
  const top = formatNormalHeader(header, {
    nowMs: moment.nowMs,
    idSuffix: () => `.${moment.pid}.qmail@${rewriteHost(settings.idHost, rules)}`,
    from: writeNormalAddress(own, settings.name),
    followupTo: followupTo(header, settings.followupLists),
  });
  return {
    ok: true,
    message: assemble(top, input),
    envelope: {
      sender: senderOf(header, options, settings, moment),
      recipients: recipientsOf(header, options, rules),
    },
  };
}

/** The lines that `new-inject -n` prints on top of the message. */
export function envelopeLines({ sender, recipients }: Injected['envelope']): string {
  const lines = recipients.map(recipient => `  ${writeNormalAddress(recipient)},\n`);
  return `Envelope-Sender: ${writeNormalAddress(sender)}\nEnvelope-Recipients:\n${lines.join('')}`;
}

function withoutFields(header: NormalHeader, letters: Letters): NormalHeader {
  const lists = new Map(header.lists);
  if (letters.has('F')) lists.delete('from');
  if (letters.has('S')) lists.delete('return-path');
  return { ...header, lists, messageId: letters.has('I') ? [] : header.messageId };
}

function senderOf(
  { lists }: NormalHeader,
  { sender, letters }: NewInjectOptions,
  settings: NewInjectSettings,
  moment: InjectMoment,
): string {
  if (sender !== undefined) return rewriteAddress(sender, settings.rules);
  const named = addressesOf(lists.get('envelope-sender')).at(-1) ?? addressesOf(lists.get('return-path')).at(-1);
  if (named !== undefined) return named;
  const perMessage = letters.has('M') ? `-${Math.floor(moment.nowMs / 1000)}.${moment.pid}` : '';
  const perRecipient = letters.has('R') ? '-' : '';
  const address = `${settings.senderUser}${perMessage}${perRecipient}@${settings.senderHost ?? ''}`;
  return rewriteAddress(address, settings.rules) + (letters.has('R') ? '-@[]' : '');
}

function recipientsOf(
  { lists }: NormalHeader,
  options: NewInjectOptions,
  rules: NewInjectSettings['rules'],
): readonly string[] {
  const use = recipientUse(options);
  const named = options.recipients.map(recipient => rewriteAddress(recipient, rules));
  const fields = lists.has('envelope-recipients') ? ['envelope-recipients'] : ['to', 'cc', 'bcc'];
  const inHeader = fields.flatMap(name => addressesOf(lists.get(name)));
  return [...(use.arguments ? named : []), ...(use.header ? inHeader : [])];
}

/** All addresses in To and Cc, if one of the known lists is among them. */
function followupTo({ lists }: NormalHeader, known: NewInjectSettings['followupLists']): readonly ListPart[] {
  const all = [...(lists.get('to') ?? []), ...(lists.get('cc') ?? [])];
  return addressesOf(all).some(address => known?.has(lowerAscii(address))) ? all : [];
}
