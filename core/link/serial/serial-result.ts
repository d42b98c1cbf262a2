// The results of maildirserial's clients: a file name and a NUL, a status byte, a text and LF.
import type { SerialResult } from './send-list.ts';

const longestText = 2000;

/** As the serial programs print it. @param said what the server said, a byte string */
export function formatResult(name: string, { status, text }: SerialResult): string {
  return `${name}\0${`${status}${text}`.slice(0, longestText).replace(/[^ -~]/g, '?')}\n`;
}

/** A client's output, taken apart. */
export interface ResultReader {
  /** The results that are complete now. A status other than K and D is Z. */
  push(raw: Uint8Array): { name: string; result: SerialResult }[];
}

/** A client may not make its caller keep more than this of an unfinished result. */
const longestResult = 64 * 1024;

/** What is left when the client ends is no result. */
export function createResultReader(): ResultReader {
  let buffered = '';
  return {
    push(raw) {
      buffered += Buffer.from(raw).toString('latin1');
      const results = [];
      let start = 0;
      for (let end = endOfResult(buffered, start); end !== undefined; end = endOfResult(buffered, start)) {
        const nul = buffered.indexOf('\0', start);
        const letter = buffered.charAt(nul + 1);
        const status = letter === 'K' || letter === 'D' ? letter : 'Z';
        const text = buffered.slice(nul + 2, end);
        results.push({ name: buffered.slice(start, nul), result: { status, text } as const });
        start = end + 1;
      }
      buffered = buffered.slice(start, start + longestResult);
      return results;
    },
  };
}

/** Where the LF of the result is that starts at `start`. The status byte may be any, LF too. */
function endOfResult(text: string, start: number): number | undefined {
  const nul = text.indexOf('\0', start);
  if (nul < 0) return undefined;
  const end = text.indexOf('\n', nul + 2);
  return end < 0 ? undefined : end;
}
