// multilog's script: its arguments, each of them one action. What is no action is passed over, as multilog does.
import { addressFromText } from '../../message/address.ts';

/** Where selected lines go, with what was said before it of size, number and processor. */
export interface DirectoryAction {
  readonly kind: 'directory';
  readonly directory: string;
  readonly sizeBytes: number;
  /** So many finished files are one too many. */
  readonly files: number;
  readonly processor: string | undefined;
}

export type Action =
  | { readonly kind: 'deselect' | 'select'; readonly pattern: string }
  | { readonly kind: 'tell' }
  | { readonly kind: 'status'; readonly path: string }
  | DirectoryAction;

export interface Script {
  /** Every line begins with its time. */
  readonly stamps: boolean;
  readonly actions: readonly Action[];
}

const smallest = 4096;
const largest = 16_777_215;

/** Patterns become byte strings, as lines are. */
export function parseScript(args: readonly string[]): Script {
  const actions: Action[] = [];
  let sizeBytes = 99_999;
  let files = 10;
  let processor: string | undefined;
  for (const arg of args) {
    const rest = arg.slice(1);
    if (arg[0] === 's') sizeBytes = Math.min(Math.max(numberIn(rest, sizeBytes), smallest), largest);
    else if (arg[0] === 'n') files = Math.max(numberIn(rest, files), 2);
    else if (arg[0] === '!') processor = rest;
    else if (arg[0] === '+') actions.push({ kind: 'select', pattern: addressFromText(rest) });
    else if (arg[0] === '-') actions.push({ kind: 'deselect', pattern: addressFromText(rest) });
    else if (arg[0] === 'e') actions.push({ kind: 'tell' });
    else if (arg[0] === '=') actions.push({ kind: 'status', path: rest });
    else if (arg[0] === '.' || arg[0] === '/') {
      actions.push({ kind: 'directory', directory: arg, sizeBytes, files, processor });
    }
  }
  return { stamps: args[0]?.[0] === 't', actions };
}

function numberIn(text: string, usual: number): number {
  const digits = /^\d+/.exec(text)?.[0];
  return digits === undefined ? usual : Number(digits);
}
