// The options of rblsmtpd, from its arguments or from lines of control/rbl.
import { parseOptions } from '../../lib/process/getopt.ts';

/** A DNS list of hosts to refuse (-r), or of hosts to accept whatever other lists say (-a). */
export interface RblList {
  readonly kind: 'refuse' | 'accept';
  /** The domain of the list. */
  readonly base: string;
  /** -b: refuse permanently (553) instead of temporarily (451). */
  readonly permanent: boolean;
  /** -c: a list that cannot be asked refuses the client. */
  readonly closed: boolean;
}

export interface RblOptions {
  /** In the order in which they decide. */
  readonly lists: readonly RblList[];
  /** -t: how long the dialogue with a refused client may take; 0: it gets one line. */
  readonly talkSec: number;
  /** The remaining arguments: the program to run. */
  readonly rest: readonly string[];
}

const usualTalkSec = 60;

/** @returns the options, or the one that is wrong */
export function parseRblOptions(args: readonly string[]): RblOptions | { readonly wrong: string } {
  const lists: RblList[] = [];
  let [permanent, closed, talkSec, last] = [false, false, usualTalkSec, args.at(-1) ?? ''];
  const rest = parseOptions(args, { valued: 'rat' }, (letter, value) => {
    last = `-${letter}`;
    if (letter === 'b' || letter === 'B') permanent = letter === 'b';
    else if (letter === 'c' || letter === 'C') closed = letter === 'c';
    else if (letter === 't') talkSec = Number(/^\d+/.exec(value)?.[0] ?? 0);
    else if (letter === 'r' || letter === 'a')
      lists.push({ kind: letter === 'r' ? 'refuse' : 'accept', base: value, permanent, closed });
    else return false;
    return true;
  });
  return rest ? { lists, talkSec, rest } : { wrong: last };
}

/** Lines of control/rbl: options, or the plain name of a list of hosts to refuse. */
export function parseRblLines(lines: readonly string[]): RblOptions | { readonly wrong: string } {
  const words = lines.flatMap(line => line.split(/[ \t]+/).filter(word => word !== ''));
  const args: string[] = [];
  for (const word of words) {
    const isValue = /^-[bBcC]*[rat]$/.test(args.at(-1) ?? '');
    args.push(...(word.startsWith('-') || isValue ? [word] : ['-r', word]));
  }
  return parseRblOptions(args);
}
