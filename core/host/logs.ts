// The two logs of a host, each in a directory of its own: the queue's and that of the sessions at its doors.
import { join } from 'node:path';
import type { Control } from '../control/control.ts';
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { reasonOf, UserError } from '../lib/user-error.ts';
import { type LogDirectory, openLogDirectory } from '../stats/log-directory.ts';
import { LogInUse } from '../stats/multilog/files.ts';
import type { KeptLogs } from '../stats/old-logs.ts';

export interface Logs {
  /** qmail-send's lines. */
  readonly send: LogLine;
  /** The servers' lines. */
  readonly sessions: LogLine;
  close(): Promise<void>;
}

/** @param copy gets each line too. @throws UserError when another host has them open */
export function openLogs(
  home: string,
  clock: Clock,
  control: () => Pick<Control, 'logDays' | 'logBytes'>,
  copy: LogLine | undefined,
): Logs {
  const keep = () => ({ days: control().logDays, bytes: control().logBytes });
  const send = openLog(home, 'send', clock, keep);
  const sessions = openLog(home, 'smtpd', clock, keep);
  return {
    send: both(send.line, copy),
    sessions: both(sessions.line, copy),
    async close() {
      await send.close();
      await sessions.close();
    },
  };
}

function openLog(home: string, name: string, clock: Clock, keep: () => KeptLogs): LogDirectory {
  try {
    return openLogDirectory(join(home, 'log', name), clock, { keep });
  } catch (cause) {
    if (cause instanceof LogInUse) throw new UserError(`Another mail host runs already on ${home}.`, { cause });
    throw new UserError(`The log of the host cannot be written: ${reasonOf(cause)}.`, { cause });
  }
}

function both(first: LogLine, second: LogLine | undefined): LogLine {
  if (!second) return first;
  return line => {
    first(line);
    second(line);
  };
}
