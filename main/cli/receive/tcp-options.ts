// The options that tcpserver and tcpclient share: what is to be known of the other end, and how much is said.
import type { NamesWanted } from '../../../core/ucspi/tcp-names.ts';

/** What they say. */
export interface TcpOptions extends Writable<NamesWanted> {
  noDelay: boolean;
  /** 0: nothing is said, 1: what should not have happened, 2: everything. */
  verbosity: number;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** @returns false: it is none of these */
export function takeTcpOption(options: TcpOptions, letter: string, value: string): boolean {
  if (letter === 'l') options.localName = value;
  else if (letter === 't') options.identSec = leadingNumber(value);
  else if ('hH'.includes(letter)) options.names = letter === 'h';
  else if ('rR'.includes(letter)) options.ident = letter === 'r';
  else if ('dD'.includes(letter)) options.noDelay = letter === 'D';
  else if ('qQv'.includes(letter)) options.verbosity = 'qQv'.indexOf(letter);
  else return false;
  return true;
}

/** The number that a value begins with; 0: it begins with none. */
export function leadingNumber(value: string): number {
  return Number(/^\d+/.exec(value)?.[0] ?? 0);
}
