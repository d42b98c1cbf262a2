// The log, read once from a time on.

import { parseQueueLine } from '../log-lines/queue/queue-line.ts';
import { createFollowLives, type Happening } from './logged-messages.ts';

/** Lines of a log, oldest first, some at a time. */
export type ReadLog = (sinceMs: number) => AsyncIterable<readonly { readonly atMs: number; readonly text: string }[]>;

/** One pass over the log. It knows whole lives from `sinceMs` on. */
export async function pass(read: ReadLog, sinceMs: number, visit: (happening: Happening) => void): Promise<void> {
  const follow = createFollowLives();
  for await (const lines of read(sinceMs)) {
    for (const { atMs, text } of lines) {
      const event = parseQueueLine(text);
      const happening = event && follow(atMs, event);
      if (happening) visit(happening);
    }
  }
}
