// Reads the log once, from a given time on.

import { parseQueueLine } from '../log-lines/queue/queue-line.ts';
import { createMessageFollower, type LoggedEvent } from './logged-messages.ts';

/** Lines of a log, oldest first, in portions. */
export type ReadLog = (sinceMs: number) => AsyncIterable<readonly { readonly atMs: number; readonly text: string }[]>;

/** Reads the log once. Messages that arrived from `sinceMs` on are complete. */
export async function readEvents(read: ReadLog, sinceMs: number, visit: (logged: LoggedEvent) => void): Promise<void> {
  const follow = createMessageFollower();
  for await (const lines of read(sinceMs)) {
    for (const { atMs, text } of lines) {
      const event = parseQueueLine(text);
      const logged = event && follow(atMs, event);
      if (logged) visit(logged);
    }
  }
}
