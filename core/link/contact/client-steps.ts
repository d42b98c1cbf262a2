// The steps of a contact that ask another host for mail: AutoTURN and ETRN.
import type { LinkStep } from '../../control/links/link.ts';
import { reach } from '../../conversation/reach.ts';
import { etrnStep } from '../turn/etrn-step.ts';
import type { StepResult } from '../turn/step-result.ts';
import { halfDuplexWaitMs, turnStep } from '../turn/turn-step.ts';
import { openOver } from './link-tls.ts';
import type { SendStepDeps } from './send-step.ts';

type ClientStepDeps = Pick<
  SendStepDeps,
  'sessions' | 'reach' | 'stop' | 'tapped' | 'transcript' | 'clock' | 'begins' | 'heloHost' | 'link'
>;

/** Connects, and lets the step do its part. */
export async function clientStep(
  step: Extract<LinkStep, { kind: 'turn' | 'etrn' }>,
  deps: ClientStepDeps,
): Promise<StepResult> {
  const { reach: reachDeps, stop, tapped, transcript, clock, begins, heloHost, link } = deps;
  begins();
  const reached = await reach(step.host, step.port, reachDeps, stop);
  if ('why' in reached) return { ok: false, says: reached.why };
  transcript.note(`connected to ${reached.ip} port ${step.port}`);
  const stream = tapped(reached.socket, step.kind === 'etrn' && link.tls === 'none');
  const end = () => stream.destroy();
  stop.addEventListener('abort', end);
  if (stop.aborted) end();
  try {
    if (step.kind === 'turn') return await turnStep(stream, clock, link.halfDuplex ? halfDuplexWaitMs : undefined);
    const opened = await openOver(stream, reached.socket, step, true, deps);
    if (!opened.ok) return opened;
    const { isGreeted } = opened;
    return await etrnStep(opened.stream, step, { heloHost: link.heloHost ?? heloHost(), clock, isGreeted });
  } finally {
    stop.removeEventListener('abort', end);
  }
}
