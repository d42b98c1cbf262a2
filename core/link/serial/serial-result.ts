// The results of maildirserial's clients: a file name and a NUL, a status byte, a text and LF.
import type { SerialResult } from './send-list.ts';

const longestText = 2000;

/** In the form that the serial programs print. @param said the server's reply, a byte string */
export function formatResult(name: string, { status, text }: SerialResult): string {
  return `${name}\0${plainText(`${status}${text}`)}\n`;
}

/** What a server said, for one line of output or of the log: it may be long, and contain line ends. */
export function plainText(said: string): string {
  return said.slice(0, longestText).replace(/[^ -~]/g, '?');
}

/** Parses the output of a client. */
export interface ResultReader {
  /** The results that are now complete. A status other than K and D is Z. */
  push(raw: Uint8Array): { name: string; result: SerialResult }[];
}

/** The most that is kept of an unfinished result. */
const longestResult = 64 * 1024;

/** What is left when the client ends is not a result. */
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

/** The position of the LF that ends the result which starts at `start`. The status byte may be any byte, even LF. */
function endOfResult(text: string, start: number): number | undefined {
  const nul = text.indexOf('\0', start);
  if (nul < 0) return undefined;
  const end = text.indexOf('\n', nul + 2);
  return end < 0 ? undefined : end;
}
