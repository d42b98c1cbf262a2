// What a long queue costs: the time for another message, the start of the host, and its memory.
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { connectToHost } from '../../../main/running/control-client.ts';
import { hostName, remoteDomain, sender } from '../addresses.ts';
import type { BenchRun } from '../bench-run.ts';
import { type Figures, medians, type Row, type Workload } from '../figures.ts';
import { memoryOf, runToEnd } from '../processes.ts';
import { addWaiting } from '../subjects/qmail-queue-files.ts';
import { openWaypost, type WaypostSubject } from '../subjects/waypost.ts';
import { waitUntilIdle } from '../wait-until-idle.ts';
import { stopEmpty } from './drain.ts';
import { burst, checkBurst } from './smtp-burst.ts';

const megabyte = 1024 ** 2;
const syncLimitMs = 120_000;

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
        what: 'slowest of these divided by fastest',
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
      { key: 'memory-peak', what: 'the same: highest, with the load', unit: 'MB', better: 'less', goal: 200 },
    ];
  },
  /** A home for every length of the queue, so that the runs can take turns and a disturbance meets all of them. */
  async measure(_kind, run) {
    const queues: { readonly count: number; readonly subject: WaypostSubject; readonly runs: Figures[] }[] = [];
    for (const count of run.sizes.waiting) {
      const directory = join(run.directory, `waiting-${count}`);
      mkdirSync(directory);
      const subject = await openWaypost({ ...run, directory });
      addWaiting(subject.home, count, sender, `somebody@${remoteDomain}`);
      queues.push({ count, subject, runs: [] });
    }
    // What was just made is written out now, not while the first messages are timed.
    await runToEnd('sync', ['-f', run.directory], { signal: run.signal, limitMs: syncLimitMs });
    for (let i = 0; i < run.runs; i++) {
      for (const { count, subject, runs } of queues) runs.push(await withWaiting(subject, run, count));
    }
    const middles = queues.map(({ count, runs }) => ({ count, ...medians(runs) }) as Figures);
    const costs = middles.map(middle => middle.msPerMessage as number);
    const { msPerMessage: _, count: __, ...ofTheLongest } = middles.at(-1) as Figures;
    return {
      ...Object.fromEntries(middles.map(({ count, msPerMessage }) => [`waiting-${count}`, msPerMessage as number])),
      'waiting-flat': Math.max(...costs) / Math.min(...costs),
      ...ofTheLongest,
    };
  },
};

/** One start, one burst, one stop; the Maildir is empty before and afterwards. */
async function withWaiting(subject: WaypostSubject, run: BenchRun, count: number): Promise<Figures> {
  const startMs = Date.now();
  await subject.start();
  const startUpSec = (Date.now() - startMs) / 1000;
  await waitUntilIdle(subject, run);
  await checkWaiting(subject, count);
  const [pid] = subject.pids() as [number];
  const startBytes = memoryOf(pid).nowBytes;
  const messages = run.sizes.burstWhileWaiting;
  const { deliveredPerSec } = await burst(subject, run, messages);
  const { peakBytes } = memoryOf(pid);
  await stopEmpty(subject, count);
  checkBurst(subject, messages);
  setAside(join(subject.maildir, 'new'));
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

/** Not removed: see withPlace. */
function setAside(path: string): void {
  renameSync(path, `${path}.${Date.now()}`);
  mkdirSync(path, { mode: 0o700 });
}
