// A test of the queue with deliveries that end when the test says so; its queues are stopped before their home is removed.
import { type TestContext, test } from 'node:test';
import { later, type Outcome } from '../../core/paper-path/outcome.ts';
import { type QueueRig, startQueue } from './queue-rig.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

type Outcomes = NonNullable<Parameters<typeof startQueue>[2]>;

export interface Stage {
  readonly home: string;
  /** The recipients that are being tried. */
  readonly trying: ReadonlyMap<string, unknown>;
  /** Decides attempts by `end`. */
  readonly byHand: Outcomes;
  /** Opens and starts a queue; without `outcome` its attempts are decided by hand. */
  open(outcome?: Outcomes, control?: Readonly<Record<string, string>>, home?: string): Promise<QueueRig>;
  /** Waits until the recipient is being tried, and ends that. */
  end(recipient: string, outcome: Outcome): Promise<void>;
}

/** What a server says that wants to be asked again. */
export const putOff = later('busy (#4.2.1)\n');

/** A test that gets a stage. */
export function stage(title: string, play: (stage: Stage, t: TestContext) => Promise<void>): void {
  test(title, async t => {
    const home = tempDir(t);
    const rigs: QueueRig[] = [];
    const trying = new Map<string, (outcome: Outcome) => void>();
    const unfinished: ((outcome: Outcome) => void)[] = [];
    const byHand: Outcomes = ({ recipient }) =>
      new Promise(resolve => {
        trying.set(recipient, resolve);
        unfinished.push(resolve);
      });
    async function open(outcome: Outcomes = byHand, control: Readonly<Record<string, string>> = {}, where = home) {
      const rig = await startQueue(t, where, outcome, { control });
      rigs.push(rig);
      return rig;
    }
    async function end(recipient: string, outcome: Outcome): Promise<void> {
      await until(`${recipient} to be tried`, () => trying.has(recipient));
      trying.get(recipient)?.(outcome);
      trying.delete(recipient);
    }
    try {
      await play({ home, trying, byHand, open, end }, t);
    } finally {
      const stopped = rigs.map(rig => rig.queue.stop());
      for (const resolve of unfinished) resolve(putOff);
      await Promise.all(stopped);
    }
  });
}
