// The logs of a host, each in a directory of its own: the queue's, the servers' sessions, and whole dialogues where rules ask
// for them.
import { join } from 'node:path';
import type { Control } from '../control/control.ts';
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { reasonOf, UserError } from '../lib/user-error.ts';
import { type LogDirectory, openLogDirectory } from '../log/log-directory.ts';
import { LogInUse } from '../log/multilog/files.ts';
import type { KeptLogs } from '../log/old-logs.ts';

export interface Logs {
  /** qmail-send's lines. */
  readonly send: LogLine;
  /** The servers' lines. */
  readonly sessions: LogLine;
  /** Whole dialogues, in a directory that is created for the first one. */
  readonly dialogues: LogLine;
  close(): Promise<void>;
}

/** @param copy receives each line too. @throws UserError when they cannot be opened, or another host has them open */
export function openLogs(
  home: string,
  clock: Clock,
  control: () => Pick<Control, 'logDays' | 'logBytes'>,
  copy: LogLine | undefined,
): Logs {
  const keep = () => ({ days: control().logDays, bytes: control().logBytes });
  const send = openLog(home, 'send', clock, keep);
  const sessions = openLog(home, 'smtpd', clock, keep, send);
  const dialogues = openWhenNeeded(
    () => openLog(home, 'dialogues', clock, keep),
    error => sessions.line(`alert: dialogues are not recorded: ${reasonOf(error)}`),
  );
  return {
    dialogues: whole(dialogues.line),
    send: whole(both(send.line, copy)),
    sessions: whole(both(sessions.line, copy)),
    async close() {
      await send.close();
      await sessions.close();
      await dialogues.close();
    },
  };
}

/** Whatever part of the host forgot that a stranger's text may end a line: what follows is no line of its own. */
function whole(line: LogLine): LogLine {
  return text => line(text.includes('\n') ? text.replaceAll('\n', ' | ') : text);
}

/** Opens a log for its first line. @param failed is told once why it cannot be opened */
function openWhenNeeded(open: () => LogDirectory, failed: (error: unknown) => void): Omit<LogDirectory, 'flush'> {
  let log: LogDirectory | 'failed' | undefined;
  return {
    line(text) {
      try {
        log ??= open();
      } catch (error) {
        log = 'failed';
        failed(error);
      }
      if (log !== 'failed') log.line(text);
    },
    async close() {
      if (log !== 'failed') await log?.close();
    },
  };
}

/** @param opened is closed when this one cannot be opened */
function openLog(home: string, name: string, clock: Clock, keep: () => KeptLogs, opened?: LogDirectory): LogDirectory {
  try {
    return openLogDirectory(join(home, 'log', name), clock, { keep });
  } catch (cause) {
    void opened?.close();
    if (cause instanceof LogInUse) throw new UserError(`Another mail host is already running on ${home}.`, { cause });
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
