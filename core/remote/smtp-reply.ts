// Reads SMTP replies off a byte stream (qmail-remote's smtpcode). What a server says is kept for the report, within
// bounds: a server cannot make us remember or wait for ever.

/** One reply, all its lines. */
export interface SmtpReply {
  /** Three digits, or NaN when the server does not speak SMTP. */
  readonly code: number;
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
}

const maxTextBytes = 5000;
const maxReplyBytes = 64 * 1024;

export function createReplyReader(): ReplyReader {
  let buffered = '';

  return {
    push(raw) {
      buffered += Buffer.from(raw).toString('latin1');
    },
    take() {
      for (let from = 0; ; ) {
        const end = buffered.indexOf('\n', from);
        if (end < 0) {
          if (buffered.length > maxReplyBytes) throw new Error('the server sends replies without end');
          return undefined;
        }
        const isLast = buffered[from + 3] !== '-' || end < from + 4;
        from = end + 1;
        if (isLast) {
          const reply = parseReply(buffered.slice(0, from));
          buffered = buffered.slice(from);
          return reply;
        }
      }
    },
  };
}

function parseReply(raw: string): SmtpReply {
  const whole = raw.replaceAll('\r', '').replaceAll('\0', '?');
  const lines = whole.split('\n').slice(0, -1);
  const digits = /^[2-5]\d\d(?!\d)/.exec(whole)?.[0];
  // Lines that disagree are as good as none: no guess is made which of them the server meant.
  const code = digits && lines.every(line => line.startsWith(digits)) ? Number(digits) : Number.NaN;
  const text = whole.length > maxTextBytes ? `${whole.slice(0, maxTextBytes - 1)}\n` : whole;
  return { code, text, lines: lines.map(line => line.slice(4)) };
}
