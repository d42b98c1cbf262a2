// Finds in the session log which client brought a message.
import { parseSessionLine } from '../log-lines/session/session-line.ts';
import type { MessageTrace } from './message-trace.ts';
import type { ReadLog } from './read-events.ts';

export interface Session {
  /** `smtpd 17` */
  readonly name: string;
  /** The client's address; undefined: the session's start is no longer in the log. */
  readonly from: string | undefined;
}

/** The session's line is written when the queue has accepted: a little later than the message's first line. */
const earlierMs = 1000;
const laterMs = 60_000;

/** Reads the session log once. */
export async function findSessions(
  read: ReadLog,
  traces: readonly MessageTrace[],
): Promise<Map<MessageTrace, Session>> {
  const found = new Map<MessageTrace, Session>();
  const byQp = Map.groupBy(traces, ({ message }) => message.info?.qp);
  const clients = new Map<string, string>();
  if (traces.length === 0) return found;
  for await (const lines of read(0)) {
    for (const { atMs, text } of lines) {
      const line = parseSessionLine(text);
      if (!line) continue;
      const name = `${line.server} ${line.number}`;
      if (line.kind === 'session-start') clients.set(name, line.from);
      else if (line.kind === 'session-end') clients.delete(name);
      else {
        for (const trace of byQp.get(line.qp) ?? []) {
          const lateMs = atMs - trace.message.seenMs;
          if (lateMs < -earlierMs || lateMs > laterMs || found.has(trace)) continue;
          found.set(trace, { name, from: clients.get(name) });
        }
      }
    }
  }
  return found;
}
