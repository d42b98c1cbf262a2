// 822print (mess822): prints a message with its header in readable form, for a pager that shows overstruck letters (less).

import { reasonOf, UserError } from '../../lib/user-error.ts';
import { momentOfDate, readDate } from '../../message/header/normal-date.ts';
import { type ListPart, readNormalList } from '../../message/header/normal-list.ts';
import { fieldValue, type RawField, splitMessage } from '../../message/header/split-message.ts';
import type { BuiltinProgram, ProgramCall } from '../../paper-path/builtin-program.ts';
import { besides, bold, type Letters, lone, plain, underlined } from './overstrike.ts';

const line = `${'-'.repeat(78)}\n`;
const trace = new Set([
  'received',
  'delivered-to',
  'errors-to',
  ...['sender', 'from', 'reply-to', 'to', 'cc', 'bcc', 'date', 'message-id'].map(name => `resent-${name}`),
]);
const shown = new Set([
  ...trace,
  ...['subject', 'from', 'date', 'return-path', 'in-reply-to', 'references', 'message-id', 'to', 'cc', 'bcc'],
  ...['apparently-to', 'notice-requested-upon-delivery-to', 'sender', 'reply-to', 'mail-reply-to', 'mail-followup-to'],
]);

/** @returns 0 printed, 111 the message could not be read */
export const print822: BuiltinProgram = async call => {
  try {
    const { fields, hasBody, body } = await splitMessage(call.input.pieces(), 'no mbox lines');
    call.out(printedHeader(fields));
    if (hasBody) call.out('\n');
    for await (const piece of body) call.out(Buffer.from(piece).toString('latin1'));
    return 0;
  } catch (error) {
    return unreadable(call, error);
  }
};

function unreadable(call: ProgramCall, error: unknown): number {
  call.err(`822print: fatal: ${error instanceof UserError ? '' : 'unable to read input: '}${reasonOf(error)}\n`);
  return 111;
}

function printedHeader(fields: readonly RawField[]): string {
  const valuesOf = (...names: string[]) =>
    fields.filter(({ name }) => names.includes(name)).map(field => fieldValue(field).replaceAll('\n', ''));
  const list = (title: string, names: readonly string[], to = '', letters = bold) =>
    printedList(
      `${title}: `,
      valuesOf(...names).flatMap(value => readNormalList(value)),
      text => [...plain(to), ...letters(text)],
    );
  const rawOf = (wanted: (name: string) => boolean) =>
    fields.filter(({ name }) => wanted(name)).map(({ raw }) => printedRaw(raw.toString('latin1')));
  return [
    besides(plain('Subject:'), underlined(valuesOf('subject').join('\0'))),
    list('From', ['from']),
    printedDate(valuesOf('date')),
    list('Return-Path', ['return-path'], 'return '),
    ...rawOf(name => trace.has(name)),
    ...rawOf(name => name === 'in-reply-to'),
    list('Ref', ['references'], '', underlined),
    list('Message-ID', ['message-id'], '', underlined),
    line,
    list('To', ['to']),
    list('Cc', ['cc']),
    list('Bcc', ['bcc', 'apparently-to']),
    list('Notice-Requested-Upon-Delivery-To', ['notice-requested-upon-delivery-to']),
    line,
    list('Sender', ['sender'], 'sender '),
    list('Reply-To', ['reply-to'], 'reply to '),
    list('Mail-Reply-To', ['mail-reply-to'], 'reply to '),
    list('Mail-Followup-To', ['mail-followup-to'], 'follow up to '),
    ...rawOf(name => !shown.has(name)),
  ].join('');
}

/** A line for each address, with its phrase on the left. */
function printedList(title: string, parts: readonly ListPart[], right: (address: string) => Letters): string {
  let text = '';
  let comment: string | undefined;
  for (const part of [...parts, { kind: 'comment', text: undefined } as const]) {
    const left = [...plain(title), ...underlined(comment ?? '')];
    if (part.kind === 'comment') {
      if (comment !== undefined) text += lone(left);
      comment = part.text;
    } else {
      text += besides(left, right(part.text));
      comment = undefined;
    }
  }
  return text;
}

/** The date as written, and in local time. */
function printedDate(values: readonly string[]): string {
  const written = plain(`Date:${values.join('\0')}`);
  const date = values.map(readDate).findLast(found => found !== undefined);
  if (!date) return lone(written);
  const d = new Date(momentOfDate(date));
  const two = (number: number) => String(number).padStart(2, '0');
  const day = [d.getFullYear(), two(d.getMonth() + 1), two(d.getDate())].join('-');
  const time = [d.getHours(), d.getMinutes(), d.getSeconds()].map(two).join(':');
  return besides(written, underlined(`${day} ${time}`));
}

function printedRaw(raw: string): string {
  return raw
    .split('\n')
    .slice(0, -1)
    .map(text => lone(plain(text)))
    .join('');
}
