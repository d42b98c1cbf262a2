// Forwarding tables in text form, `target: command, command;`, converted to the database records in which fastforward looks up
// addresses (setforward), and back (printforward).
import type { Cdb, CdbRecord } from '../../lib/disk/cdb.ts';
import { UserError } from '../../lib/user-error.ts';
import { lowerAscii } from '../../message/address.ts';

/** The longest address that a forwarding database or a mailing list may contain. */
export const longestAddressBytes = 800;

/** The key of the instructions for a target. All strings are byte strings. */
export function targetKey(target: string): Buffer {
  return Buffer.from(`:${lowerAscii(target)}`, 'latin1');
}

/** The key of the owner of a target, who gets bounces of forwarded messages. */
export function ownerKey(target: string): Buffer {
  return Buffer.from(`?${lowerAscii(target)}`, 'latin1');
}

/** The instructions for one target in the database's format, each followed by a NUL. */
export function instructionsData(instructions: readonly string[]): Buffer {
  return Buffer.from(instructions.map(one => `${one}\0`).join(''), 'latin1');
}

/**
 * Reads a table (a byte string).
 * @throws UserError (exit code 100) if it is not a table
 */
export function readForwardingTable(text: string): CdbRecord[] {
  const records: CdbRecord[] = [];
  const instructions: string[] = [];
  let target: string | undefined;
  let command = '';

  function endCommand(): void {
    if (target === undefined) throw refused('commas are not permitted before colons');
    if (command.startsWith('?')) {
      records.push({ key: ownerKey(target), data: Buffer.from(command.slice(1), 'latin1') });
    } else if (command !== '') {
      instructions.push(instructionFor(command));
    }
    command = '';
  }

  for (const { byte, literal } of significantBytes(text)) {
    if (literal || !/[:,;]/.test(byte)) command += byte;
    else if (byte === ':') {
      if (target !== undefined) throw refused('double colons are not permitted');
      target = command;
      command = '';
    } else {
      endCommand();
      if (byte === ',') continue;
      if (instructions.length > 0) records.push({ key: targetKey(target ?? ''), data: instructionsData(instructions) });
      instructions.length = 0;
      target = undefined;
    }
  }
  if (target !== undefined || command !== '') throw refused('final instruction must end with semicolon');
  return records;
}

/** The bytes of a table without blanks and comments; `literal` ones were preceded by a backslash. */
function* significantBytes(text: string): Generator<{ byte: string; literal: boolean }> {
  for (let at = 0; at < text.length; at++) {
    let byte = text.charAt(at);
    if (byte === '#') {
      const end = text.indexOf('\n', at);
      if (end < 0) return;
      at = end;
      continue;
    }
    if (byte === ' ' || byte === '\t' || byte === '\n') continue;
    const literal = byte === '\\';
    if (literal) {
      if (++at >= text.length) return;
      byte = text.charAt(at);
    }
    if (byte === '\0') throw refused('NUL bytes are not permitted');
    yield { byte, literal };
  }
}

/** A command that begins with none of the known bytes is an address. */
function instructionFor(command: string): string {
  const instruction = /^[&./|!]/.test(command) ? command : `&${command}`;
  if (instruction.startsWith('&') && instruction.length > 1 + longestAddressBytes) {
    throw refused(`addresses over ${longestAddressBytes} bytes are not permitted`);
  }
  return instruction;
}

/**
 * Writes the records of a database as a table that `readForwardingTable` reads.
 * @throws UserError (exit code 100) if it is not a forwarding database
 */
export function* printForwardingTable(database: Pick<Cdb, 'records'>): Generator<string> {
  for (const { key, data } of database.records()) {
    const name = Buffer.from(key).toString('latin1');
    const target = escaped(name.slice(1));
    const text = Buffer.from(data).toString('latin1');
    if (name.startsWith('?')) yield `${target}: ?${escaped(text)};\n`;
    else if (name.startsWith(':') && /^([&./|!][^\0]*\0)*$/.test(text)) {
      const commands = text.split('\0').slice(0, -1);
      yield `${target}:\n${commands.map(command => `, ${escaped(command)}\n`).join('')};\n`;
    } else throw badDatabase();
  }
}

/** The error for a file that is not a forwarding database. */
export function badDatabase(): UserError {
  return refused('bad database format');
}

function escaped(text: string): string {
  return text.replace(/[\0- ,:;\\#\x80-\xff]/g, '\\$&');
}

function refused(text: string): UserError {
  return new UserError(text, { exitCode: 100 });
}
