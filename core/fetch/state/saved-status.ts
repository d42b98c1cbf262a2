// What people see of an account after a restart of the host: its last run that went well, and what is wrong (fetch/NAME/status,
// JSON).
import * as v from 'valibot';
import { AccountStatus } from '../../api/fetch.ts';
import { openSmallFile, readSmallFile, type SmallFile } from '../../lib/disk/small-file.ts';
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

export interface StatusFile extends Pick<SmallFile, 'saved'> {
  readonly status: SavedStatus;
  /** Changes some of it, and writes it. */
  change(some: Partial<SavedStatus>): void;
}

export function openStatusFile(path: string, log: LogLine): StatusFile {
  const file = openSmallFile(path, log);
  let status = readSmallFile(path, text => v.parse(Saved, JSON.parse(text)), log) ?? initial;
  return {
    get status() {
      return status;
    },
    change(some) {
      status = { ...status, ...some };
      file.save(() => `${JSON.stringify(status)}\n`);
    },
    saved: file.saved,
  };
}
