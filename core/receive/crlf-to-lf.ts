// A message whose lines end in CR LF, with line ends as the queue has them (qmail-qmtpd). A CR elsewhere stays.

const CR = 0x0d;
const LF = 0x0a;

export async function* crlfToLf(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let heldCr = false;
  for await (const piece of pieces) {
    const raw = Buffer.allocUnsafe(piece.length + 1);
    let filled = 0;
    for (const byte of piece) {
      if (heldCr && byte !== LF) raw[filled++] = CR;
      heldCr = byte === CR;
      if (!heldCr) raw[filled++] = byte;
    }
    yield raw.subarray(0, filled);
  }
  if (heldCr) yield Buffer.from('\r');
}
