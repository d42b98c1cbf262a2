// A trial: steps that run one after the other, with a state that anybody may look at while it grows.
import type { Trial, TrialStep } from '../api/guide.ts';
import type { Clock } from '../lib/clock.ts';
import { reasonOf } from '../lib/user-error.ts';

/** How a step ended. */
export interface StepEnd {
  readonly state: 'done' | 'unsure' | 'failed';
  readonly says: readonly string[];
  readonly advice?: string;
}

/** A step and what it does. */
export interface PlannedStep {
  readonly step: TrialStep['step'];
  /** @param say adds a line while it runs */
  run(say: (line: string) => void): Promise<StepEnd>;
}

export interface RunningTrial {
  /** As soon as the version is higher than `after`; or after some seconds as it is. */
  look(after: number): Promise<Trial>;
  stop(): void;
  readonly ended: Promise<void>;
}

interface TrialPlan {
  readonly steps: readonly PlannedStep[];
  readonly files: Trial['files'];
  /** Closes what the steps have opened. */
  readonly close: () => void;
}

const lookMs = 10_000;
const mostLines = 40;

/** Starts a trial: it ends with the first step that fails. */
export function startTrial(
  { steps: planned, files, close }: TrialPlan,
  stopper: AbortController,
  clock: Clock,
): RunningTrial {
  let steps: readonly TrialStep[] = planned.map(({ step }) => ({ step, state: 'waiting', says: [], advice: '' }));
  let state: Trial['state'] = 'running';
  let version = 0;
  let waiting: (() => void)[] = [];

  function changed(): void {
    version++;
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  }
  function change(at: number, some: Partial<TrialStep>): void {
    steps = steps.map((step, index) => (index === at ? { ...step, ...some } : step));
    changed();
  }
  function end(how: Trial['state']): void {
    state = how;
    changed();
  }

  async function run(): Promise<void> {
    let isUnsure = false;
    for (const [at, { run: work }] of planned.entries()) {
      if (stopper.signal.aborted) return end('stopped');
      change(at, { state: 'running' });
      const say = (line: string) => change(at, { says: [...(steps[at]?.says ?? []), line].slice(-mostLines) });
      const ended = await work(say).catch((error): StepEnd => ({ state: 'failed', says: [reasonOf(error)] }));
      if (stopper.signal.aborted) return end('stopped');
      const says = [...(steps[at]?.says ?? []), ...ended.says].slice(-mostLines);
      change(at, { state: ended.state, says, advice: ended.advice ?? '' });
      if (ended.state === 'failed') return end('failed');
      isUnsure ||= ended.state === 'unsure';
    }
    end(isUnsure ? 'unsure' : 'good');
  }

  const seen = (): Trial => ({ state, steps: [...steps], version, files });
  return {
    async look(after) {
      if (version > after || state !== 'running') return seen();
      await new Promise<void>(resolve => {
        const cancel = clock.after(lookMs, resolve);
        waiting.push(() => {
          cancel();
          resolve();
        });
      });
      return seen();
    },
    stop: () => stopper.abort(),
    ended: run().finally(close),
  };
}
