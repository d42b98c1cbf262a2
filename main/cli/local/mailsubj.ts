// mailsubj: sends the text on standard input as a message with a subject.
import { Readable } from 'node:stream';
import { addressFromText } from '../../../core/message/address.ts';
import type { CommandIo } from '../command-io.ts';
import { run as runQmailInject } from '../inject/qmail-inject.ts';
import { messageInput } from '../message-input.ts';
import { below } from './lines-on-top.ts';

/** @returns qmail-inject's exit code; 100 without a subject */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  // A line end in an argument must not add fields to the header.
  const [subject, ...recipients] = args.map(arg => addressFromText(arg.replace(/[\r\n]/g, ' ')));
  if (subject === undefined) {
    io.stderr.write('mailsubj: usage: mailsubj subject recip ...\n');
    return 100;
  }
  const head = `Subject: ${subject}\nTo: ${recipients.join(' ')}\n\n`;
  return runQmailInject([], { ...io, stdin: Readable.from(below(head, messageInput(io.stdin))) });
}
