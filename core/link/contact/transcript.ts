// What both sides said at a contact, for people: lines of SMTP as they went, without messages and passwords; and remarks.
import type { Clock } from '../../lib/clock.ts';

export interface Transcript {
  /** Something that is no line of a conversation. */
  note(text: string): void;
  /** SMTP on its way to the server, and what the server says. */
  readonly smtp: { out(raw: Uint8Array): void; in(raw: Uint8Array): void };
  text(): string;
}

/** In characters; after it only the last remark is kept, which says how the contact ended. */
const longest = 256 * 1024;
const longestLine = 500;

export function createTranscript(clock: Clock): Transcript {
  const startMs = clock.nowMs();
  const lines: string[] = [];
  let size = 0;
  let lastRemark: string | undefined;
  let cut = false;

  function add(mark: string, text: string): void {
    const line = `${((clock.nowMs() - startMs) / 1000).toFixed(1).padStart(7)} ${mark} ${printable(text)}`;
    size += line.length + 1;
    if (size <= longest) {
      lines.push(line);
      return;
    }
    if (!cut) lines.push('        … the middle is left out: it is too long');
    cut = true;
    if (mark === '*') lastRemark = line;
  }

  let lastReply = '';
  const replies = createLines(line => {
    lastReply = line;
    add('<', line);
  });
  /** Between DATA and the final dot; `asked`: DATA was said, and its reply is not known. */
  let phase: 'commands' | 'asked' | 'message' = 'commands';
  let messageBytes = 0;
  const commands = createLines((line, bytes) => {
    if (phase === 'message') {
      if (line !== '.') {
        messageBytes += bytes;
        return;
      }
      add('>', `(a message of ${messageBytes} bytes) .`);
      phase = 'commands';
      return;
    }
    if (line.toUpperCase() === 'DATA') phase = 'asked';
    add('>', /^AUTH /i.test(line) ? 'AUTH (not shown)' : line);
  });

  return {
    note: text => add('*', text),
    smtp: {
      out(raw) {
        // What goes out after DATA is known by the reply, for which the client has waited.
        if (phase === 'asked') [phase, messageBytes] = [lastReply.startsWith('354') ? 'message' : 'commands', 0];
        commands(raw);
      },
      in: replies,
    },
    text: () => [...lines, ...(lastRemark === undefined ? [] : [lastRemark])].map(line => `${line}\n`).join(''),
  };
}

/** Takes bytes, and calls back with each whole line: as much of it as is shown, and how many bytes it has. */
function createLines(take: (line: string, bytes: number) => void): (raw: Uint8Array) => void {
  let rest = '';
  let bytes = 0;
  return raw => {
    const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1');
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      const line = rest + text.slice(start, Math.min(end, start + longestLine));
      take(line.replace(/\r$/, ''), bytes + end + 1 - start);
      rest = '';
      bytes = 0;
      start = end + 1;
    }
    bytes += text.length - start;
    rest = (rest + text.slice(start, start + longestLine)).slice(0, longestLine);
  };
}

function printable(text: string): string {
  const shown = text.length > longestLine ? `${text.slice(0, longestLine)}…` : text;
  return shown.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}
