// Reads the lines of an SMTP client, which may be a script: they end in CR LF or in a bare LF.

const LF = 10;
const CR = 13;

/** The client has disconnected. */
export class ClientGone extends Error {}

/** A line without its line end, or a piece of a long line. */
export interface ClientLine {
  readonly raw: Buffer;
  /** Whether the line ends here. */
  readonly ended: boolean;
}

/** Longer lines come in pieces. */
const pieceBytes = 64 * 1024;

/** @returns a function for the next line. It throws ClientGone if there is none, or only part of one */
export function clientLines(input: AsyncIterable<Uint8Array>): () => Promise<ClientLine> {
  const pieces = input[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);

  async function more(): Promise<void> {
    let next: IteratorResult<Uint8Array>;
    try {
      next = await pieces.next();
    } catch (cause) {
      throw new ClientGone('the connection broke', { cause });
    }
    if (next.done) throw new ClientGone('the client closed the connection');
    held = Buffer.concat([held, next.value]);
  }

  return async () => {
    let searched = 0;
    for (;;) {
      const end = held.indexOf(LF, searched);
      if (end >= 0) {
        const raw = held.subarray(0, held[end - 1] === CR ? end - 1 : end);
        held = held.subarray(end + 1);
        return { raw, ended: true };
      }
      if (held.length > pieceBytes) {
        // The last byte is held back: it may be the CR of a line end.
        const raw = held.subarray(0, -1);
        held = held.subarray(-1);
        return { raw, ended: false };
      }
      searched = held.length;
      await more();
    }
  };
}
