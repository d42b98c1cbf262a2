// What a long queue costs: the time for one more message, the start of the host, and its memory.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { connectToHost } from '../../../main/cli/control-client.ts';
import { hostName, remoteDomain, sender } from '../addresses.ts';
import type { BenchRun } from '../bench-run.ts';
import { type Figures, median, type Row, type Workload } from '../figures.ts';
import { memoryOf } from '../processes.ts';
import { addWaiting } from '../subjects/qmail-queue-files.ts';
import { openWaypost, type WaypostSubject } from '../subjects/waypost.ts';
import { stopEmpty } from './drain.ts';
import { burst, checkBurst } from './smtp-burst.ts';

const megabyte = 1024 ** 2;

export const waiting: Workload = {
  name: 'waiting',
  subjects: ['waypost'],
  once: true,
  rows: sizes => {
    const most = (sizes.waiting.at(-1) as number).toLocaleString('en');
    return [
      ...sizes.waiting.map(
        (count): Row => ({
          key: `waiting-${count}`,
          what: `1 KB by SMTP to a Maildir with ${count.toLocaleString('en')} messages waiting`,
          unit: 'ms/message',
          better: 'less',
          decimals: 3,
        }),
      ),
      {
        key: 'waiting-flat',
        what: 'dearest of these by cheapest',
        unit: '×',
        better: 'less',
        goal: 1.2,
        decimals: 2,
      },
      { key: 'start-up', what: `start with ${most} waiting`, unit: 's', better: 'less', goal: 5, decimals: 2 },
      {
        key: 'memory-start',
        what: `memory after the start with ${most} waiting`,
        unit: 'MB',
        better: 'less',
        goal: 200,
      },
      { key: 'memory-peak', what: 'the same at its highest, with the load', unit: 'MB', better: 'less', goal: 200 },
    ];
  },
  async measure(_kind, run) {
    const subject = await openWaypost(run);
    const figures: Record<string, number> = {};
    const costs: number[] = [];
    let present = 0;
    for (const count of run.sizes.waiting) {
      addWaiting(subject.home, count - present, sender, `somebody@${remoteDomain}`);
      present = count;
      const runs: Figures[] = [];
      for (let i = 0; i < run.runs; i++) runs.push(await withWaiting(subject, run, count));
      const middle = (key: string) => median(runs.map(each => each[key] as number));
      costs.push(middle('msPerMessage'));
      figures[`waiting-${count}`] = middle('msPerMessage');
      for (const key of ['start-up', 'memory-start', 'memory-peak']) figures[key] = middle(key);
    }
    return { ...figures, 'waiting-flat': Math.max(...costs) / Math.min(...costs) };
  },
};

/** One start, one burst, one stop; the Maildir is empty before and afterwards. */
async function withWaiting(subject: WaypostSubject, run: BenchRun, count: number): Promise<Figures> {
  const startMs = Date.now();
  await subject.start();
  const startUpSec = (Date.now() - startMs) / 1000;
  await checkWaiting(subject, count);
  const [pid] = subject.pids() as [number];
  const startBytes = memoryOf(pid).nowBytes;
  const messages = run.sizes.burstWhileWaiting;
  const { deliveredPerSec } = await burst(subject, run, messages);
  const { peakBytes } = memoryOf(pid);
  await stopEmpty(subject, count);
  checkBurst(subject, messages);
  emptyDirectory(join(subject.maildir, 'new'));
  return {
    msPerMessage: 1000 / deliveredPerSec,
    'start-up': startUpSec,
    'memory-start': startBytes / megabyte,
    'memory-peak': peakBytes / megabyte,
  };
}

/** @throws unless the host knows of all messages by the time that it calls itself ready */
async function checkWaiting(subject: WaypostSubject, count: number): Promise<void> {
  const host = await connectToHost(subject.home);
  try {
    const status = await host.api.call('host.status', {});
    if (status.waiting !== count)
      throw new Error(`${hostName} knows of ${status.waiting} waiting messages, not ${count}`);
  } finally {
    host.close();
  }
}

function emptyDirectory(path: string): void {
  rmSync(path, { recursive: true });
  mkdirSync(path, { mode: 0o700 });
}
