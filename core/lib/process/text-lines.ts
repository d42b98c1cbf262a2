// The lines that come over a stream, for JSON lines: only LF ends one. Node's readline also splits at U+2028 and U+2029, which
// JSON leaves as they are within strings, so that a stranger's mail could cut an answer in two.
import type { Readable } from 'node:stream';

const lineEnd = 0x0a;

/** Destroys a stream with a longer line. What is left when the stream ends is a line too. */
export function onLine(stream: Readable, hear: (line: string) => void, longestBytes = Number.POSITIVE_INFINITY): void {
  let pieces: Buffer[] = [];
  let gathered = 0;

  function tell(): void {
    const line = Buffer.concat(pieces, gathered).toString('utf8');
    pieces = [];
    gathered = 0;
    hear(line);
  }

  function keep(piece: Buffer): void {
    if (piece.length === 0) return;
    pieces.push(piece);
    gathered += piece.length;
    if (gathered > longestBytes) stream.destroy();
  }

  stream.on('data', (piece: Buffer) => {
    let at = 0;
    for (let end = piece.indexOf(lineEnd); end >= 0; end = piece.indexOf(lineEnd, at)) {
      keep(piece.subarray(at, end));
      at = end + 1;
      if (stream.destroyed) return;
      tell();
    }
    keep(piece.subarray(at));
  });
  stream.on('end', () => {
    if (gathered > 0) tell();
  });
}
