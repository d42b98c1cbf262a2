// preline: runs a program on the message with the delivery lines on top, which mailers and mboxes expect.
import { parseOptions } from '../../lib/process/getopt.ts';
import type { BuiltinProgram } from '../../paper-path/builtin-program.ts';
import { endAs, isCommand, usage } from './program-exit.ts';

const name = 'preline';
const synopsis = `${name} cmd [ arg ... ]`;

/** @returns the program's exit code; 100 or 111 if it could not be run */
export const preline: BuiltinProgram = async call => {
  const { UFLINE: ufLine, RPLINE: rpLine, DTLINE: dtLine } = call.env;
  if (ufLine === undefined || rpLine === undefined || dtLine === undefined) return usage(call, synopsis);
  const lines = new Map([
    ['f', ufLine],
    ['r', rpLine],
    ['d', dtLine],
  ]);
  const leftOut = new Set<string>();
  const argv = parseOptions(call.args, { valued: '' }, letter => {
    if (lines.has(letter)) leftOut.add(letter);
    else if (!leftOut.delete(letter.toLowerCase()) && !/^[FRD]$/.test(letter)) {
      call.err(`${name}: illegal option -- ${letter}\n`);
      return false;
    }
    return true;
  });
  if (!argv || !isCommand(argv)) return usage(call, synopsis);
  const head = [...lines].map(([letter, line]) => (leftOut.has(letter) ? '' : line)).join('');
  return endAs(call, name, argv[0], await call.run({ argv, head }));
};
