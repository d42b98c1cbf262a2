// The lines of the session log (log/smtpd) that are read again, as records. Servers also write others, for people.
import { type SessionEnd, sessionEnd } from './session-end.ts';
import { type SessionMessage, sessionMessage } from './session-message.ts';
import { type SessionStart, sessionStart } from './session-start.ts';

export type SessionLine = SessionStart | SessionMessage | SessionEnd;

/** @param line without its stamp */
export function parseSessionLine(line: string): SessionLine | undefined {
  return sessionStart.parse(line) ?? sessionMessage.parse(line) ?? sessionEnd.parse(line);
}
