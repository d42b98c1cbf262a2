// How much processor time a host uses that has nothing to do.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Workload } from '../figures.ts';
import { activityOf, memoryOf } from '../processes.ts';
import { stopEmpty } from './drain.ts';

const settleMs = 3_000;

export const idle: Workload = {
  name: 'idle',
  subjects: ['waypost'],
  once: true,
  rows: sizes => [
    {
      key: 'idle-cpu',
      what: `idle for ${sizes.idleSec} s: processor`,
      unit: '%',
      better: 'less',
      goal: 0.1,
      decimals: 3,
    },
    { key: 'idle-wake-ups', what: 'the same: threads woken', unit: 'times/s', better: 'less', decimals: 1 },
    { key: 'idle-memory', what: 'the same: memory', unit: 'MB', better: 'less' },
  ],
  async measure(kind, run) {
    const subject = await kind.open(run);
    await subject.start();
    const [pid] = subject.pids() as [number];
    await sleep(settleMs, undefined, { signal: run.signal });
    const before = activityOf(pid);
    await sleep(run.sizes.idleSec * 1000, undefined, { signal: run.signal });
    const after = activityOf(pid);
    const memoryBytes = memoryOf(pid).nowBytes;
    await stopEmpty(subject);
    return {
      'idle-cpu': (after.cpuMs - before.cpuMs) / (run.sizes.idleSec * 10),
      'idle-wake-ups': (after.wakeUps - before.wakeUps) / run.sizes.idleSec,
      'idle-memory': memoryBytes / 1024 ** 2,
    };
  },
};
