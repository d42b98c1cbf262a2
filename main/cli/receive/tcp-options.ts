// The options that tcpserver and tcpclient share: what to find out about the other end, and how much to print.
import type { NamesWanted } from '../../../core/ucspi/tcp-names.ts';

export interface TcpOptions extends Writable<NamesWanted> {
  noDelay: boolean;
  /** 0: nothing is printed, 1: problems, 2: everything. */
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

/** The number at the start of a value; 0: there is none. */
export function leadingNumber(value: string): number {
  return Number(/^\d+/.exec(value)?.[0] ?? 0);
}
