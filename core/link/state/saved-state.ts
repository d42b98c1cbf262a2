// What must survive a restart of the host: whether a person keeps a link offline or said that it is up, how long it was up, and
// what was used of it today (serial/NAME/state, JSON).
import * as v from 'valibot';
import { type JsonState, openJsonState } from '../../lib/disk/json-state.ts';
import type { LogLine } from '../../lib/log.ts';

const Saved = v.object({
  offline: v.boolean(),
  /** Somebody said that it is up; null: nobody, or that it is down. It does not outlive the machine's next boot. */
  saidUp: v.nullable(v.object({ sinceMs: v.number(), untilMs: v.nullable(v.number()), bootId: v.string() })),
  /** When the link could be used, in seconds since 1970, oldest first. */
  usable: v.array(v.tuple([v.number(), v.number()])),
  today: v.object({ day: v.string(), ms: v.number(), bytes: v.number() }),
  /** The address from which the client of `turn-for` last came. */
  clientIp: v.nullable(v.string()),
  /** The addresses that the server's name had at the last contact; null: none was looked up. */
  server: v.optional(v.nullable(v.object({ host: v.string(), ips: v.array(v.string()) })), null),
});
export type SavedState = v.InferOutput<typeof Saved>;

const initial: SavedState = {
  offline: false,
  saidUp: null,
  usable: [],
  today: { day: '', ms: 0, bytes: 0 },
  clientIp: null,
  server: null,
};

export type StateFile = JsonState<SavedState>;

export function openStateFile(path: string, log: LogLine): StateFile {
  return openJsonState(path, Saved, initial, log);
}
