// What ends most workloads: the queue runs empty, the host is stopped, nothing is left.
import type { BenchRun } from '../bench-run.ts';
import type { Subject } from '../subjects/subject.ts';
import { waitForCount } from '../wait.ts';

/** How long a host may go without a delivery while there is something to deliver. */
export const deliveryLimitMs = 60_000;

/**
 * Waits until the log says that messages have left the queue.
 * @returns when the last of them did
 * @throws when a delivery failed, or the deliveries do not add up
 */
export async function waitForEnd(
  subject: Subject,
  run: BenchRun,
  expected: { readonly messages: number; readonly deliveries: number },
): Promise<number> {
  const told = () => {
    const { successes, ended, problem } = subject.progress();
    if (problem !== undefined) throw new Error(`the log reports a problem: ${problem}`);
    return successes + ended;
  };
  await waitForCount('deliveries and ends of messages in the log', told, expected.deliveries + expected.messages, {
    signal: run.signal,
    limitMs: deliveryLimitMs,
    everyMs: 50,
  });
  const { successes, ended, atMs } = subject.progress();
  if (successes !== expected.deliveries || ended !== expected.messages) {
    throw new Error(`the log tells of ${successes} deliveries, not ${expected.deliveries}; ${ended} messages ended`);
  }
  return atMs;
}

/** Stops a host. @throws unless it leaves as many messages in its queue as it should */
export async function stopEmpty(subject: Subject, leaving = 0): Promise<void> {
  await subject.stop();
  const waiting = subject.waiting();
  if (waiting !== leaving) throw new Error(`${waiting} messages are left in the queue, not ${leaving}`);
}
