// The transfer encodings of MIME (RFC 2045 section 6) for content that comes line by line.
import type { ByteSink } from './byte-sink.ts';
import type { LinePiece } from './line-pieces.ts';

/** What is done with the content of a part. `wrapped`: it is encoded so already, but in lines that are too long. */
export type Encoding = 'quoted-printable' | 'base64' | 'quoted-printable wrapped' | 'base64 wrapped';

/** Encodes the content of one part. The line end before a delimiter belongs to the delimiter. */
export interface ContentEncoder {
  line(piece: LinePiece): void;
  /** The content has ended. @param before what follows it, on a new line */
  end(before: 'delimiter' | 'nothing'): void;
}

const LF = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;
const EQUALS = 0x3d;
/** RFC 2045 section 6.7, rule 5, and section 6.8. */
const longestLine = 76;
const hex = '0123456789ABCDEF';

export function createContentEncoder(encoding: Encoding, sink: ByteSink): ContentEncoder {
  switch (encoding) {
    case 'base64':
      return base64(sink);
    case 'base64 wrapped':
      return wrappedBase64(sink);
    case 'quoted-printable':
      return quotedPrintable(sink, false);
    case 'quoted-printable wrapped':
      return quotedPrintable(sink, true);
  }
}

/** @param encoded `=` and the digits after it are left together as they are */
function quotedPrintable(sink: ByteSink, encoded: boolean): ContentEncoder {
  let column = 0;
  /** A blank that may be the last byte of its line. */
  let blank: number | undefined;
  /** So many bytes of an escape are still to come. */
  let together = 0;

  function room(bytes: number): void {
    if (column + bytes < longestLine) return;
    sink.put(EQUALS);
    sink.put(LF);
    column = 0;
  }

  function literal(byte: number): void {
    room(1);
    sink.put(byte);
    column++;
  }

  function putEscaped(byte: number): void {
    room(3);
    sink.put(EQUALS);
    sink.put(hex.charCodeAt(byte >> 4));
    sink.put(hex.charCodeAt(byte & 15));
    column += 3;
  }

  function byteOf(byte: number): void {
    if (together > 0) {
      together--;
      if (byte > SPACE && byte < 0x7f) {
        sink.put(byte);
        column++;
        return;
      }
      together = 0;
    }
    if (blank !== undefined) literal(blank);
    blank = undefined;
    if (byte === SPACE || byte === TAB) blank = byte;
    else if (byte === EQUALS && encoded) {
      room(3);
      sink.put(byte);
      column++;
      together = 2;
    } else if (byte > SPACE && byte < 0x7f && byte !== EQUALS) literal(byte);
    else putEscaped(byte);
  }

  function endLine(): void {
    // Blanks at the end of a line that is encoded are none of its content.
    if (blank !== undefined && !encoded) putEscaped(blank);
    blank = undefined;
    together = 0;
    column = 0;
  }

  return {
    line({ raw, ends }) {
      for (const byte of raw) byteOf(byte);
      if (!ends) return;
      endLine();
      sink.put(LF);
    },
    end: () => endLine(),
  };
}

function base64(sink: ByteSink): ContentEncoder {
  /** Fewer bytes than make a group of three, from before. */
  let held: Buffer = Buffer.alloc(0);
  let column = 0;
  let lineEnd = false;

  function add(raw: Buffer): void {
    const all = held.length === 0 ? raw : Buffer.concat([held, raw]);
    const whole = all.length - (all.length % 3);
    write(all.toString('base64', 0, whole));
    held = Buffer.from(all.subarray(whole));
  }

  function write(letters: string): void {
    for (let at = 0; at < letters.length; ) {
      const some = letters.slice(at, at + longestLine - column);
      sink.putText(some);
      column += some.length;
      at += some.length;
      if (column < longestLine) break;
      sink.put(LF);
      column = 0;
    }
  }

  return {
    line({ raw, ends }) {
      if (lineEnd) add(crLf);
      add(raw);
      lineEnd = ends;
    },
    end(before) {
      if (lineEnd && before === 'nothing') add(crLf);
      write(held.toString('base64'));
      if (column > 0) sink.put(LF);
    },
  };
}

const crLf = Buffer.from('\r\n');

/** Bytes that are not ASCII have no meaning in it, and are left out. */
function wrappedBase64(sink: ByteSink): ContentEncoder {
  let column = 0;
  return {
    line({ raw, ends }) {
      for (const byte of raw) {
        if (byte > 0x7e) continue;
        if (column === longestLine) {
          sink.put(LF);
          column = 0;
        }
        sink.put(byte);
        column++;
      }
      if (!ends) return;
      sink.put(LF);
      column = 0;
    },
    end: () => undefined,
  };
}
