// The options of rblsmtpd, as its arguments or as lines of control/rbl.
import { parseOptions } from '../../lib/process/getopt.ts';

/** A DNS list: one that names hosts to refuse (-r), or one that names hosts to accept whatever others say (-a). */
export interface RblList {
  readonly kind: 'refuse' | 'accept';
  /** The domain of the list. */
  readonly base: string;
  /** Refused for good (553) in place of for now (451): -b stood before. */
  readonly forGood: boolean;
  /** A list that cannot be asked refuses: -c stood before. */
  readonly closed: boolean;
}

export interface RblOptions {
  /** In the order in which they decide. */
  readonly lists: readonly RblList[];
  /** -t: how long a refused client is talked to; 0: it gets one line. */
  readonly talkSec: number;
  /** What is left: the program to run. */
  readonly rest: readonly string[];
}

const usualTalkSec = 60;

/** @returns the option that makes no sense, or what they all say */
export function parseRblOptions(args: readonly string[]): RblOptions | { readonly wrong: string } {
  const lists: RblList[] = [];
  let [forGood, closed, talkSec, last] = [false, false, usualTalkSec, args.at(-1) ?? ''];
  const rest = parseOptions(args, { valued: 'rat' }, (letter, value) => {
    last = `-${letter}`;
    if (letter === 'b' || letter === 'B') forGood = letter === 'b';
    else if (letter === 'c' || letter === 'C') closed = letter === 'c';
    else if (letter === 't') talkSec = Number(/^\d+/.exec(value)?.[0] ?? 0);
    else if (letter === 'r' || letter === 'a')
      lists.push({ kind: letter === 'r' ? 'refuse' : 'accept', base: value, forGood, closed });
    else return false;
    return true;
  });
  return rest ? { lists, talkSec, rest } : { wrong: last };
}

/** Lines of control/rbl: options, or the plain name of a list to refuse by. */
export function parseRblLines(lines: readonly string[]): RblOptions | { readonly wrong: string } {
  const words = lines.flatMap(line => line.split(/[ \t]+/).filter(word => word !== ''));
  const args: string[] = [];
  for (const word of words) {
    const isValue = /^-[bBcC]*[rat]$/.test(args.at(-1) ?? '');
    args.push(...(word.startsWith('-') || isValue ? [word] : ['-r', word]));
  }
  return parseRblOptions(args);
}
