// splogger: lines become syslog messages, each with its time; a long line is split into pieces that are marked as such.

/** One message for syslog(3). */
export interface SyslogMessage {
  readonly priority: 'alert' | 'warning' | 'info';
  readonly text: string;
}

/** The longest piece of a line that syslog takes whole. */
const pieceBytes = 799;

/**
 * @param nowMs may have fractions
 * @returns a function that takes pieces of any size and returns the complete messages. A last line without its end is not
 * one.
 */
export function syslogLines(nowMs: () => number): (piece: Uint8Array) => SyslogMessage[] {
  let line = '';
  /** Set once the line's first piece was returned. */
  let first: { readonly priority: SyslogMessage['priority']; readonly stamp: string } | undefined;

  function flush(messages: SyslogMessage[]): void {
    if (line === '') return;
    const text = first ? `${first.stamp}+${line}` : undefined;
    first ??= { priority: priorityOf(line), stamp: stampOf(nowMs()) };
    messages.push({ priority: first.priority, text: text ?? `${first.stamp} ${line}` });
    line = '';
  }

  return piece => {
    const messages: SyslogMessage[] = [];
    for (const byte of piece) {
      if (byte === 10) {
        flush(messages);
        first = undefined;
        continue;
      }
      if (line.length === pieceBytes) flush(messages);
      line += byte < 32 || byte > 126 ? '?' : String.fromCharCode(byte);
    }
    return messages;
  };
}

function priorityOf(line: string): SyslogMessage['priority'] {
  if (line.startsWith('warning:')) return 'warning';
  return line.startsWith('alert:') ? 'alert' : 'info';
}

/** `901967408.116537` */
function stampOf(nowMs: number): string {
  const micros = Math.floor(nowMs * 1000);
  return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
}

const priorities = { alert: 1, warning: 4, info: 6 } as const;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A message as it goes to the syslog socket: `<22>Nov 26 11:05:09 splogger: text`. @param at its local time is shown */
export function formatSyslog({ priority, text }: SyslogMessage, tag: string, facility: number, at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${months[at.getMonth()]} ${String(at.getDate()).padStart(2, ' ')}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return `<${facility * 8 + priorities[priority]}>${date} ${time} ${tag}: ${text}`;
}
