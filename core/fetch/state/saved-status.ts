// What people see of an account after a restart of the host: its last run that went well, and what is wrong (fetch/NAME/status,
// JSON).
import * as v from 'valibot';
import { AccountStatus } from '../../api/fetch.ts';
import { type JsonState, openJsonState } from '../../lib/disk/json-state.ts';
import type { LogLine } from '../../lib/log.ts';

const Saved = v.object({
  ...v.pick(AccountStatus, ['lastSuccess', 'error', 'remarks']).entries,
  /** Runs in a row that have failed. */
  failures: v.number(),
  /** When the last run ended. */
  lastRunMs: v.nullable(v.number()),
});
type SavedStatus = v.InferOutput<typeof Saved>;

const initial: SavedStatus = { lastSuccess: null, error: null, remarks: [], failures: 0, lastRunMs: null };

export function openStatusFile(path: string, log: LogLine): JsonState<SavedStatus> {
  return openJsonState(path, Saved, initial, log);
}
