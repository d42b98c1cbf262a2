// Reads SMTP replies from a byte stream (qmail-remote's smtpcode). A server's text is kept for the report, within limits: no
// server can use up our memory or keep us waiting for ever.

/** One reply with all its lines. */
export interface SmtpReply {
  /** Three digits, or NaN when the server does not speak SMTP. */
  readonly code: number;
  /** The enhanced status code (RFC 2034) that agrees with the code; undefined: there is none. */
  readonly status: string | undefined;
  /** All lines with their codes, CR removed, LF kept, at most 5000 bytes, as a byte string. */
  readonly text: string;
  /** The text of the lines without their codes; for EHLO one extension a line. */
  readonly lines: readonly string[];
}

/** Collects bytes; `take` returns whole replies. */
export interface ReplyReader {
  push(raw: Uint8Array): void;
  /** The next whole reply; undefined: it is not complete yet. @throws Error when the server sends without end */
  take(): SmtpReply | undefined;
  /** Bytes that were received and not taken, not even as the start of a reply. */
  readonly waitingBytes: number;
  /** Nothing was received that is not taken, not even the start of a reply. */
  readonly isEmpty: boolean;
}

const maxTextBytes = 5000;
const maxLines = 200;
const maxLineBytes = 64 * 1024;
const maxReplyBytes = 8 * 1024 * 1024;

export function createReplyReader(): ReplyReader {
  let buffered = '';
  /** False: they contain no line end. Searching all of them again for each byte of a slow server would take too long. */
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

/** The first status of the code's class, at the start of a line's text, or at its end as qmail's servers have it. */
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
  // Lines with different codes count as no code: which one the server meant is not guessed.
  reply.code = reply.code === undefined || reply.code === code ? code : Number.NaN;
  reply.bytes += line.length + 1;
  if (reply.text.length < maxTextBytes) {
    const text = `${reply.text}${line}\n`;
    reply.text = text.length > maxTextBytes ? `${text.slice(0, maxTextBytes - 1)}\n` : text;
  }
  if (reply.lines.length < maxLines) reply.lines.push(line.slice(4));
}
