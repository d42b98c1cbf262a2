// Who brought a message: the lines of servers in the log of sessions.
import type { ReadLog } from './pass.ts';
import type { Story } from './story.ts';

export interface Session {
  /** `smtpd 17` */
  readonly name: string;
  /** The client's address; undefined: the log begins later. */
  readonly from: string | undefined;
}

/** The line of the session is written when the queue has answered: a little later than the message's first line. */
const earlierMs = 1000;
const laterMs = 60_000;

/** One pass over the log of sessions. */
export async function findSessions(read: ReadLog, stories: readonly Story[]): Promise<Map<Story, Session>> {
  const found = new Map<Story, Session>();
  const byQp = Map.groupBy(stories, ({ life }) => life.info?.qp);
  const clients = new Map<string, string>();
  if (stories.length === 0) return found;
  for await (const lines of read(0)) {
    for (const { atMs, text } of lines) {
      const [, server, what, number, rest = ''] = /^(\w+): (pid|message|end) (\d+) ?(.*)/s.exec(text) ?? [];
      const name = `${server} ${number}`;
      if (what === 'pid') clients.set(name, rest.replace(/^from /, ''));
      else if (what === 'end') clients.delete(name);
      else if (what === 'message') {
        const qp = / qp (\d+)$/.exec(rest)?.[1];
        for (const story of (qp && byQp.get(Number(qp))) || []) {
          const lateMs = atMs - story.life.seenMs;
          if (lateMs < -earlierMs || lateMs > laterMs || found.has(story)) continue;
          found.set(story, { name, from: clients.get(name) });
        }
      }
    }
  }
  return found;
}
