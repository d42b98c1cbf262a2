// Derives a delivery report from the output of a program that replaces qmail-remote (qmail-rspawn's report). The output is a series of
// strings, each followed by a NUL: a recipient's report (r, h, s), then the message's (K, Z, D).
import { later, never, type Outcome, statusInWords } from '../paper-path/outcome.ts';
import { type MessageReport, outcomeOf } from './outcome-of-replies.ts';

const letters = ['D', 'Z', 'K'] as const;
type Letter = (typeof letters)[number];

/**
 * @param exitCode null: the program crashed
 * @param output as a byte string; text after the last NUL is ignored
 */
export function readProgramReport(exitCode: number | null, output: string): Outcome {
  if (exitCode === null) return later('qmail-remote crashed.\n');
  if (exitCode === 111) return later('Unable to run qmail-remote.\n');
  if (exitCode !== 0) return never('Unable to run qmail-remote.\n');
  if (output === '') return later('qmail-remote produced no output.\n');

  const [first = '', second = '', ...others] = output.split('\0').slice(0, -1);
  const message = [first, second, ...others].map(text => text[0]).find(isLetter) ?? 'D';
  const overall = output[0] === 's' ? 'Z' : output[0] === 'h' ? 'D' : message;
  const isAdded = letters.indexOf(message) <= letters.indexOf(overall) && isLetter(second[0]);
  const text = first.slice(1) + (isAdded ? second.slice(1) : '');
  return outcomeOf(overall, text, reasonIn(text, overall));
}

/** Such a program can report a server's reply only as text; this is the one place where it is parsed. */
function reasonIn(text: string, letter: Letter): Pick<MessageReport, 'status' | 'reply'> {
  const digit = letter === 'K' ? '2' : letter === 'Z' ? '4' : '5';
  const [, quoted] = /^Remote host said: ((?:\d{3}-.*\n)*\d{3}(?!\d).*)/m.exec(text) ?? [];
  const own = statusInWords(text, digit);
  if (quoted === undefined) return own === undefined ? {} : { status: own };
  const words = quoted.replaceAll(/^\d{3}[ -]?/gm, '');
  const status = /^\d\.\d{1,3}\.\d{1,3}(?![\d.])/.exec(words)?.[0] ?? own;
  return { reply: { code: Number(quoted.slice(0, 3)), status, words } };
}

function isLetter(letter: string | undefined): letter is Letter {
  return letters.some(known => known === letter);
}
