// The format in which recordio, and a host that records a session, write a conversation: one line for each line, or part of one.

/** `<` from the network to the program, `>` back. */
export type Direction = '<' | '>';

const longestPiece = 256;
const LF = 0x0a;

/** Lines of the record; at their end, a space means that the line is complete, `+` that it is not yet. */
export function recordOf(piece: Buffer, pid: number | string, direction: Direction): Buffer {
  const lines: Buffer[] = [];
  for (let from = 0; from < piece.length; ) {
    const end = Math.min(from + longestPiece, piece.length);
    for (let at = from; at < end; ) {
      const lineEnd = piece.subarray(at, end).indexOf(LF);
      const whole = lineEnd >= 0;
      const to = whole ? at + lineEnd : end;
      lines.push(Buffer.from(`${pid} ${direction} `), piece.subarray(at, to), Buffer.from(whole ? ' \n' : '+\n'));
      at = whole ? to + 1 : to;
    }
    from = end;
  }
  return Buffer.concat(lines);
}

/** The line for the end of one direction. */
export function recordOfEnd(pid: number | string, direction: Direction): string {
  return `${pid} ${direction} [EOF]\n`;
}
