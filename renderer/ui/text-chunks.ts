// Splits a long text into chunks, so that a browser need lay out only those on screen. Pure.

/** Laid out without a noticeable pause, even when no font has any of the characters. */
const chunkLength = 4000;

/**
 * Cuts a long text at line ends, at blanks, or, where there is neither, between characters. A browser looks through all its
 * fonts for every character that none of them has. No chunk is longer than twice the limit.
 */
export function textChunks(words: string): string[] {
  const pieces: string[] = [];
  let at = 0;
  while (words.length - at > 2 * chunkLength) {
    const reach = words.slice(at, at + 2 * chunkLength);
    const end = chunkEnd(reach);
    pieces.push(reach.slice(0, end));
    at += end;
  }
  pieces.push(words.slice(at));
  return pieces;
}

function chunkEnd(reach: string): number {
  for (const gap of ['\n', ' ']) {
    const found = reach.indexOf(gap, chunkLength);
    if (found >= 0) return found + 1;
  }
  const last = reach.charCodeAt(reach.length - 1);
  return last >= 0xd800 && last < 0xdc00 ? reach.length - 1 : reach.length;
}
