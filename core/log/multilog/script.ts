// multilog's script: its arguments, each of them one action. As in multilog, an argument that is not an action is skipped.
import { addressFromText } from '../../message/address.ts';

/** A directory for selected lines, with the size, number and processor that were set before it. */
export interface DirectoryAction {
  readonly kind: 'directory';
  readonly directory: string;
  readonly sizeBytes: number;
  /** With this many finished files the oldest is removed. */
  readonly files: number;
  readonly processor: string | undefined;
}

/** A file that shows the last selected line. */
export interface StatusAction {
  readonly kind: 'status';
  readonly path: string;
}

type Action =
  | { readonly kind: 'deselect' | 'select'; readonly pattern: string }
  | { readonly kind: 'tell' }
  | StatusAction
  | DirectoryAction;

export interface Script {
  /** Every line starts with its time. */
  readonly stamps: boolean;
  readonly actions: readonly Action[];
}

const smallest = 4096;
const largest = 16_777_215;

/** Patterns become byte strings, like lines. */
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
