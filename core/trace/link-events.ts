// What became of messages in the Maildirs of links: each attempt to send them there, until they were sent, returned or dropped.
import type { TracedEvent, TracedMessage } from '../api/trace.ts';
import { parseLinkResult } from '../log-lines/link-result.ts';
import { displayAddress } from '../message/address.ts';
import type { ReadLog } from './read-events.ts';

type LinkEvent = Extract<TracedEvent, { kind: 'link' }>;

/** A message that was put into the Maildir of a link. */
export interface LinkWait {
  readonly link: string;
  readonly file: string;
  readonly recipient: string;
  readonly sinceMs: number;
}

export interface LinkEvents {
  readonly events: readonly LinkEvent[];
  /** Where it still waits. */
  readonly waits: TracedMessage['waits'];
}

/** Reads the log once for all of them; the answer for each is at its place. */
export async function findLinkEvents(read: ReadLog, messages: readonly (readonly LinkWait[])[]): Promise<LinkEvents[]> {
  const found = messages.map(waits => ({ events: [] as LinkEvent[], left: new Set(waits) }));
  const byFile = new Map(
    messages.flatMap((waits, at) => waits.map(wait => [`${wait.link} ${wait.file}`, { wait, at }] as const)),
  );
  if (byFile.size > 0) {
    const sinceMs = Math.min(...[...byFile.values()].map(({ wait }) => wait.sinceMs));
    for await (const lines of read(sinceMs)) {
      for (const { atMs, text } of lines) {
        const line = parseLinkResult(text);
        const known = line && byFile.get(`${line.link} ${line.file}`);
        const one = known && found[known.at];
        if (!line || !one) continue;
        const { link, result, said } = line;
        one.events.push({
          kind: 'link',
          atMs,
          link,
          recipient: known.wait.recipient,
          result,
          said: displayAddress(said),
        });
        if (result !== 'deferral') one.left.delete(known.wait);
      }
    }
  }
  return found.map(({ events, left }) => ({
    events,
    waits: [...left].map(({ link, recipient }) => ({ link, recipient })),
  }));
}
