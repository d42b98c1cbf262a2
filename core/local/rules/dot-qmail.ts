// Parses .qmail files (spec: dot-qmail(5)). Parsing never fails: every line is an instruction.

/** One line. `text` is a byte string: the path, the command, the address, or the text after `#` or `+`. */
export interface Instruction {
  readonly kind: 'maildir' | 'mbox' | 'program' | 'forward' | 'comment' | 'flag' | 'empty';
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** Parses a .qmail file's bytes (as a byte string), one instruction per line, in order. The last LF is optional. */
export function parseDotQmail(bytes: string): Instruction[] {
  if (bytes === '') return [];
  const lines = (bytes.endsWith('\n') ? bytes.slice(0, -1) : bytes).split('\n');
  return lines.map((raw, index) => parseLine(raw, index + 1));
}

/** Whether the first line is empty, which defers all mail. */
export function hasBlankFirstLine(instructions: readonly Instruction[]): boolean {
  return instructions[0]?.kind === 'empty';
}

/** Whether this line allows only forwards after it. */
export function isListFlag(instruction: Instruction): boolean {
  return instruction.kind === 'flag' && instruction.text === 'list';
}

function parseLine(raw: string, line: number): Instruction {
  const whole = withoutTrailingBlanks(raw);
  const text = untilNul(whole);
  const rest = text.slice(1);
  switch (text[0]) {
    case undefined:
      return { kind: 'empty', text: '', line };
    case '#':
      return { kind: 'comment', text: rest, line };
    case '|':
      return { kind: 'program', text: rest, line };
    case '+':
      return { kind: 'flag', text: rest, line };
    case '&':
      return { kind: 'forward', text: rest, line };
    case '.':
    case '/':
      return { kind: whole.endsWith('/') ? 'maildir' : 'mbox', text, line };
    default:
      return { kind: 'forward', text, line };
  }
}

/** Paths, commands and addresses end at a NUL where they are used, so they end there here too. */
function untilNul(line: string): string {
  const nul = line.indexOf('\0');
  return nul < 0 ? line : line.slice(0, nul);
}

function withoutTrailingBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === ' ' || text[end - 1] === '\t')) end--;
  return text.slice(0, end);
}
