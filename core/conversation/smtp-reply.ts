// Reads SMTP replies off a byte stream (qmail-remote's smtpcode). What a server says is kept for the report, within
// bounds: a server cannot make us remember or wait for ever.

/** One reply, all its lines. */
export interface SmtpReply {
  /** Three digits, or NaN when the server does not speak SMTP. */
  readonly code: number;
  /** The enhanced status code (RFC 2034) that goes with the code; undefined: there is none. */
  readonly status: string | undefined;
  /** All lines with their codes, CR removed, LF kept, at most 5000 bytes, as a byte string. */
  readonly text: string;
  /** What the lines say behind their codes; for EHLO the extensions, one a line. */
  readonly lines: readonly string[];
}

/** Collects bytes; a whole reply is taken out with `take`. */
export interface ReplyReader {
  push(raw: Uint8Array): void;
  /** The next whole reply; undefined: not all of it is here. @throws Error when the server sends without end */
  take(): SmtpReply | undefined;
  /** Bytes that are here and were not taken, not even as the beginning of a reply. */
  readonly waitingBytes: number;
  /** Nothing is here, not even the beginning of a reply. */
  readonly isEmpty: boolean;
}

const maxTextBytes = 5000;
const maxLines = 200;
const maxLineBytes = 64 * 1024;
const maxReplyBytes = 8 * 1024 * 1024;

export function createReplyReader(): ReplyReader {
  let buffered = '';
  /** False: there is no line end in it. Looking for one in all of it again, for each byte of a slow server, would take long. */
  let hasLine = false;
  let soFar = noLines();

  return {
    push(raw) {
      const piece = Buffer.from(raw).toString('latin1');
      buffered += piece;
      hasLine ||= piece.includes('\n');
    },
    take() {
      for (let end = hasLine ? buffered.indexOf('\n') : -1; end >= 0; end = buffered.indexOf('\n')) {
        const line = buffered.slice(0, end).replaceAll('\r', '').replaceAll('\0', '?');
        buffered = buffered.slice(end + 1);
        addLine(soFar, line);
        if (soFar.bytes > maxReplyBytes) throw new Error('the server sends a reply without end');
        if (line[3] === '-') continue;
        const { code, text, lines } = soFar;
        soFar = noLines();
        return { code: code ?? Number.NaN, status: statusOf(code, lines), text, lines };
      }
      hasLine = false;
      if (buffered.length > maxLineBytes) throw new Error('the server sends a line without end');
      return undefined;
    },
    get waitingBytes() {
      return buffered.length;
    },
    get isEmpty() {
      return buffered === '' && soFar.code === undefined;
    },
  };
}

/** The first of the code's class that stands before a line's words, or behind them as qmail's servers have it. */
function statusOf(code: number | undefined, lines: readonly string[]): string | undefined {
  const isOfClass = (status: string | undefined) => status?.[0] === String(code)[0];
  const before = lines.map(line => /^[245]\.\d{1,3}\.\d{1,3}(?![\d.])/.exec(line)?.[0]);
  const behind = lines.map(line => /\(#([245]\.\d{1,3}\.\d{1,3})\)/.exec(line)?.[1]);
  return before.find(isOfClass) ?? behind.find(isOfClass);
}

interface Lines {
  code: number | undefined;
  bytes: number;
  text: string;
  readonly lines: string[];
}

function noLines(): Lines {
  return { code: undefined, bytes: 0, text: '', lines: [] };
}

function addLine(reply: Lines, line: string): void {
  const code = /^[2-5]\d\d(?!\d)/.test(line) ? Number(line.slice(0, 3)) : Number.NaN;
  // Lines that disagree are as good as none: no guess is made which of them the server meant.
  reply.code = reply.code === undefined || reply.code === code ? code : Number.NaN;
  reply.bytes += line.length + 1;
  if (reply.text.length < maxTextBytes) {
    const text = `${reply.text}${line}\n`;
    reply.text = text.length > maxTextBytes ? `${text.slice(0, maxTextBytes - 1)}\n` : text;
  }
  if (reply.lines.length < maxLines) reply.lines.push(line.slice(4));
}
