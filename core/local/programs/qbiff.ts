// qbiff: notifies a logged-in user of new mail, on terminals that are executable by their owner (biff y).
import { closeSync, constants, fstatSync, openSync, readFileSync, writeSync } from 'node:fs';
import { smallHeaderBytes } from '../../message/header/split-message.ts';
import type { BuiltinProgram } from '../../paper-path/builtin-program.ts';
import { lasting } from '../message/message-reader.ts';
import { readPreview } from './preview.ts';

/** Where the list of logged-in users and the terminals are. */
export interface Terminals {
  /** The list of logins, in the format of utmp(5) on 64-bit Linux. */
  readonly logins: string;
  readonly devices: string;
}

const textBytes = 78;
const indent = '    ';

/** @returns always 0: a delivery must not fail because of this */
export function createQbiff(terminals: Terminals): BuiltinProgram {
  return async call => {
    const { USER: user, SENDER: sender, LOCAL: local } = call.env;
    if (user === undefined || sender === undefined || local === undefined) return 0;
    const lines = loggedIn(terminals.logins, user);
    if (lines.length === 0) return 0;
    try {
      const { text } = await readPreview(lasting(call.input.pieces()), textBytes - indent.length, smallHeaderBytes);
      const toFrom = `*** TO <${local}> FROM <${sender}>`.replace(/[^ -~]/g, '_');
      for (const line of lines) tell(`${terminals.devices}/${line}`, `\r\n\x07${toFrom}\r\n${indent}${text}\r\n`);
    } catch {
      // The message cannot be read; other lines that read it will report that.
    }
    return 0;
  };
}

export const qbiff = createQbiff({ logins: '/var/run/utmp', devices: '/dev' });

const recordBytes = 384;
const lineField = { at: 8, bytes: 32 };
const userField = { at: 44, bytes: 32 };

/** The names of the terminals of a user, relative to the devices. */
function loggedIn(logins: string, user: string): string[] {
  let raw: Buffer;
  try {
    raw = readFileSync(logins);
  } catch {
    return [];
  }
  const found: string[] = [];
  for (let at = 0; at + recordBytes <= raw.length; at += recordBytes) {
    const line = textAt(raw, at, lineField);
    if (textAt(raw, at, userField) === user && /^[^/.][^.]*$/.test(line)) found.push(line);
  }
  return found;
}

function textAt(raw: Buffer, record: number, { at, bytes }: { readonly at: number; readonly bytes: number }): string {
  const text = raw.toString('latin1', record + at, record + at + bytes);
  return text.split('\0', 1)[0] as string;
}

/** Writes to a terminal if it belongs to the user and accepts notices, without waiting for a blocked one. */
function tell(terminal: string, text: string): void {
  let fd: number;
  try {
    fd = openSync(terminal, constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return;
  }
  try {
    const { mode, uid } = fstatSync(fd);
    if ((mode & 0o100) !== 0 && uid === process.getuid?.()) writeSync(fd, Buffer.from(text, 'latin1'));
  } catch {
    // It was closed, or does not accept output now.
  } finally {
    closeSync(fd);
  }
}
