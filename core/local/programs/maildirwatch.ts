// maildirwatch: shows the new messages of a Maildir on a terminal, again and again.
import { closeSync, openSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { BuiltinProgram } from '../../paper-path/builtin-program.ts';
import { cleanTmp } from '../../paper-path/maildir-files.ts';
import { lasting, messagePieces } from '../message/message-reader.ts';
import { rawPath } from '../raw-path.ts';
import { maildirOf, messagesIn } from './maildir-variable.ts';
import { fieldText, readPreview } from './preview.ts';
import { FatalError, fatal } from './program-exit.ts';

const name = 'maildirwatch';
const everyMs = 30_000;
const textBytes = 158;
const clearScreen = '\x1b[;H\x1b[;J';
const bold = (text: string) => `\x1b[1m${text}\x1b[0m`;

/** Shows the screen until it is killed. @returns 111 if the Maildir cannot be read */
export const maildirwatch: BuiltinProgram = async call => {
  try {
    const maildir = maildirOf(call);
    for (;;) {
      call.out(await screen(maildir, Math.floor(call.nowMs() / 1000)));
      await setTimeout(everyMs);
    }
  } catch (error) {
    if (error instanceof FatalError) return fatal(call, name, 111, error.message);
    throw error;
  }
};

/** The contents of the screen. @throws FatalError */
async function screen(maildir: string, nowSec: number): Promise<string> {
  cleanTmp(maildir, nowSec);
  let shown = clearScreen;
  for (const { name: file } of messagesIn(maildir, ['new'], nowSec)) shown += await message(`${maildir}/${file}`);
  return shown;
}

async function message(path: string): Promise<string> {
  let fd: number;
  try {
    fd = openSync(rawPath(path), 'r');
  } catch {
    return ''; // read, moved or removed meanwhile
  }
  try {
    const { fields, text } = await readPreview(lasting(messagePieces(fd)), textBytes);
    const last = (wanted: string) => fields.findLast(field => field.name === wanted);
    const value = (wanted: string) => {
      const field = last(wanted);
      return field ? printable(fieldText(field).replace(/\n$/, ''), '?') : '?';
    };
    const from = last('from');
    const fromLine = from ? `${bold(printable(from.raw.toString('latin1').replace(/\n$/, ''), '/'))}\n` : '';
    return `FROM ${value('return-path')} TO <${value('delivered-to')}>\n${fromLine}${text}\n\n`;
  } catch {
    throw new FatalError('trouble reading new message');
  } finally {
    closeSync(fd);
  }
}

function printable(bytes: string, instead: string): string {
  return bytes.replace(/[^ -~]/g, instead);
}
