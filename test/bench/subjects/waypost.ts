// Waypost itself, as it is installed: bundled, then `waypost init` and `waypost serve` in a process of its own.
import { join } from 'node:path';
import { version } from '../../../core/host/version.ts';
import { openQueueForInjection } from '../../../core/queue/intake/inject-from-outside.ts';
import { initHome, type RunningHost, serve } from '../../support/host-process.ts';
import { hostName, sender, toMaildir } from '../addresses.ts';
import type { BenchRun } from '../bench-run.ts';
import { followLog, qmailLog } from '../log-follower.ts';
import { processTree } from '../processes.ts';
import { within } from '../wait.ts';
import { controlFiles, user, writeDotQmail } from './qmail-home.ts';
import { waitingMessages } from './qmail-queue-files.ts';
import { nobodyPort, type Subject, type SubjectKind, type SubjectOptions } from './subject.ts';

/** The command as it is installed. */
export const command = join(import.meta.dirname, '..', '..', '..', 'dist', 'cli', 'waypost.js');
const startLimitMs = 60_000;
const stopLimitMs = 60_000;
const injectors = 10;

/** Waypost, with what only Waypost is asked. */
export interface WaypostSubject extends Subject {
  readonly home: string;
}

export const waypost: SubjectKind = {
  name: 'waypost',
  title: `Waypost ${version}`,
  open: openWaypost,
};

export async function openWaypost(run: BenchRun, options: SubjectOptions = {}): Promise<WaypostSubject> {
  const control = controlFiles(options.relayPort ?? nobodyPort);
  const { home, mailHome, maildir } = await initHome(run.directory, hostName, user, control);
  writeDotQmail(mailHome);
  const log = followLog(join(home, 'log', 'send', 'current'), qmailLog);
  run.after(log.close);
  let host: RunningHost | undefined;

  function running(): RunningHost {
    if (!host) throw new Error('Waypost is not running');
    return host;
  }

  return {
    home,
    maildir,
    async start() {
      host = await within(
        'Waypost to be ready',
        startLimitMs,
        serve(run, home, ['--smtp', '127.0.0.1:0'], { quiet: true, command }),
      );
    },
    async queueWhileStopped(messages, bodyBytes) {
      const accept = openQueueForInjection(home);
      const numbers = Array.from({ length: messages }, (_, i) => i).values();
      await Promise.all(
        Array.from({ length: injectors }, async () => {
          for (const number of numbers) {
            run.signal.throwIfAborted();
            const raw = Buffer.from(
              `Message-Id: <${number}@${hostName}>\n\n${`${'X'.repeat(78)}\n`.repeat(bodyBytes / 78)}`,
            );
            const accepted = await accept([raw], { sender, recipients: [toMaildir] }, { uid: process.getuid?.() ?? 0 });
            if (!accepted.ok) throw new Error(`the queue refused message ${number}: ${accepted.text}`);
          }
        }),
      );
    },
    async stop() {
      const code = await within('Waypost to end', stopLimitMs, running().stop());
      if (code !== 0) throw new Error(`Waypost ended with ${code}: ${running().log()}`);
      host = undefined;
    },
    waiting: () => waitingMessages(home),
    port() {
      const port = running().ready.smtp?.port;
      if (port === undefined) throw new Error('Waypost does not listen for SMTP');
      return port;
    },
    progress: log.progress,
    pids: () => processTree(running().ready.pid),
  };
}
