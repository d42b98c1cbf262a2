// The steps of a contact that ask another host for mail.
import { once } from 'node:events';
import type { LinkStep } from '../../control/links/link.ts';
import { reach } from './reach.ts';
import type { SendStepDeps } from './send-step.ts';
import type { StepResult } from './step-result.ts';

export type ClientStep = Extract<LinkStep, { kind: 'turn' | 'etrn' }>;

const closeMs = 60_000;

/** Connects, and lets the step do its part. */
export async function clientStep(
  step: ClientStep,
  {
    reach: reachDeps,
    stop,
    tapped,
    transcript,
    clock,
    begins,
  }: Pick<SendStepDeps, 'reach' | 'stop' | 'tapped' | 'transcript' | 'clock' | 'begins'>,
): Promise<StepResult> {
  if (step.kind === 'etrn') return { ok: false, says: 'ETRN is not spoken yet' };
  begins();
  const reached = await reach(step.host, step.port, reachDeps, stop);
  if ('why' in reached) return { ok: false, says: reached.why };
  transcript.note(`connected to ${reached.ip} port ${step.port}`);
  const stream = tapped(reached.socket);
  const end = () => stream.destroy();
  stop.addEventListener('abort', end);
  const cancel = clock.after(closeMs, end);
  try {
    // The connection is the request (AutoTURN): the server closes it at once.
    stream.resume();
    stream.end();
    await once(stream, 'close');
    return { ok: !stop.aborted, says: stop.aborted ? 'stopped' : 'asked for mail' };
  } finally {
    cancel();
    stop.removeEventListener('abort', end);
    stream.destroy();
  }
}
