// A connection of which every byte is seen on its way, in both directions.
import { Duplex } from 'node:stream';

export interface Tap {
  out(raw: Uint8Array): void;
  in(raw: Uint8Array): void;
}

/** Passes everything on unchanged; it ends, fails and is destroyed with the connection, and the connection with it. */
export function tappedStream(inner: Duplex, tap: Tap): Duplex {
  let full: (() => void) | undefined;
  const stream = new Duplex({
    allowHalfOpen: true,
    read: () => void inner.resume(),
    write(raw: Buffer, _encoding, taken) {
      tap.out(raw);
      if (inner.write(raw)) taken();
      else full = taken;
    },
    final(ended) {
      inner.end();
      ended();
    },
    destroy(error, destroyed) {
      inner.destroy();
      destroyed(error);
    },
  });
  inner.on('drain', () => {
    const taken = full;
    full = undefined;
    taken?.();
  });
  inner.on('data', (raw: Buffer) => {
    tap.in(raw);
    if (!stream.push(raw)) inner.pause();
  });
  inner.on('end', () => stream.push(null));
  inner.on('error', error => stream.destroy(error));
  inner.on('close', () => {
    // After an orderly end there may be bytes that were not read yet.
    if (!inner.readableEnded) stream.destroy();
    else if (!stream.writableFinished) stream.end();
  });
  stream.on('error', () => {});
  return stream;
}
