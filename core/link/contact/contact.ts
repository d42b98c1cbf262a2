// One contact of a link: its steps in order, within its limits, until it is over. What is confirmed stays confirmed, whatever ends it.
import { closeSync, constants, openSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import type { LinkContact, LinkProgress } from '../../api/links.ts';
import type { LinkStep } from '../../control/links/link.ts';
import { tryLockExclusive } from '../../lib/posix.ts';
import { reasonOf } from '../../lib/user-error.ts';
import type { LinkLayout } from '../layout.ts';
import type { ContactLimits } from '../limits.ts';
import { costOf } from '../state/cost.ts';
import type { StepResult } from '../turn/step-result.ts';
import { clientStep } from './client-steps.ts';
import { createMeter, type Meter } from './meter.ts';
import { type SendStepDeps, sendStep, serverOf, type Told } from './send-step.ts';
import { tappedStream } from './tapped-stream.ts';
import { createTranscript } from './transcript.ts';

export type ContactCause = LinkContact['cause'];
/** Why a contact is ended before its time. */
export interface EarlyEnd {
  readonly end: 'given-up' | 'stopped';
  readonly why: string;
}

export interface ContactDeps extends Omit<SendStepDeps, 'transcript' | 'stop' | 'tapped' | 'told' | 'bytesLeft'> {
  readonly layout: LinkLayout;
  readonly cause: ContactCause;
  /** Its steps; of a contact that a client has asked for, only those that send. */
  readonly steps: readonly LinkStep[];
  readonly clientIp: string | null;
  readonly limits: ContactLimits;
  /** At the step `queue`: lets the ordinary queue send. */
  readonly openQueue: () => void;
  /** Fetches the mail of an account. */
  readonly fetch: (account: string, stop: AbortSignal) => Promise<StepResult>;
  /** Called when its progress has changed; often. */
  readonly changed: () => void;
}

export interface Contact {
  readonly startMs: number;
  progress(): LinkProgress;
  /** Ends it; what has no result waits. */
  end(early: EarlyEnd): void;
  readonly ended: Promise<EndedContact>;
}

interface EndedContact {
  readonly contact: LinkContact;
  readonly transcript: string;
}

export function startContact(deps: ContactDeps): Contact {
  const { clock, limits, changed } = deps;
  const startMs = clock.nowMs();
  const meter = createMeter(clock);
  const transcript = createTranscript(clock);
  const stopper = new AbortController();
  const counts = { sent: 0, refused: 0, bounced: 0 };
  let early: EarlyEnd | undefined;
  let step = '';
  let current: (Told & { kind: 'sending' }) | undefined;

  function end(why: EarlyEnd): void {
    early ??= why;
    stopper.abort();
  }

  function told(what: Told): void {
    if (what.kind === 'sending') current = what;
    else counts[what.became]++;
    changed();
  }

  function tapped(socket: Duplex, isSmtp: boolean): Duplex {
    const lines = isSmtp ? transcript.smtp : undefined;
    return tappedStream(socket, {
      out(raw) {
        meter.out(raw.length);
        lines?.out(raw);
        moved();
      },
      in(raw) {
        meter.in(raw.length);
        lines?.in(raw);
        moved();
      },
    });
  }

  function moved(): void {
    if (meter.bytes >= limits.bytes.most) end({ end: 'given-up', why: limits.bytes.why });
    changed();
  }

  let hasBegun = false;
  function begins(): void {
    if (!hasBegun) deps.begins();
    hasBegun = true;
  }

  const stepDeps: SendStepDeps = {
    ...deps,
    begins,
    bytesLeft: () => limits.bytes.most - meter.bytes,
    transcript,
    stop: stopper.signal,
    tapped,
    told,
  };

  async function run(): Promise<StepResult> {
    const failed: string[] = [];
    // A step that fails does not keep the others from their turn: its server may be down, and theirs not.
    for (const one of deps.steps) {
      if (stopper.signal.aborted) break;
      step = stepText(one);
      current = undefined;
      changed();
      const { ok, says } = await runStep(one);
      if (says !== '') transcript.note(`${step}: ${says}`);
      if (!ok) failed.push(`${step}: ${says}`);
    }
    return { ok: failed.length === 0, says: failed.join('; ') };
  }

  async function runStep(one: LinkStep): Promise<StepResult> {
    if (one.kind === 'queue') {
      begins();
      deps.openQueue();
      return { ok: true, says: '' };
    }
    if (one.kind === 'fetch') {
      begins();
      return deps.fetch(one.account, stopper.signal);
    }
    if (one.kind !== 'send') return clientStep(one, stepDeps);
    const server = serverOf(deps.link, deps.clientIp);
    if (!server) return { ok: true, says: 'it is sent when its client makes contact' };
    return withLock(deps.layout.lock, () => sendStep(stepDeps, server));
  }

  async function whole(): Promise<EndedContact> {
    const { most, why } = limits.ms;
    const cancel = Number.isFinite(most) ? clock.after(most, () => end({ end: 'given-up', why })) : () => {};
    let result: StepResult;
    try {
      result = await run();
    } catch (error) {
      result = { ok: false, says: reasonOf(error) };
    }
    cancel();
    const how = early ?? (result.ok ? { end: 'done' as const, why: '' } : { end: 'failed' as const, why: result.says });
    transcript.note(how.why === '' ? how.end : `${how.end}: ${how.why}`);
    const endMs = clock.nowMs();
    return {
      contact: {
        startMs,
        endMs,
        cause: deps.cause,
        ...how,
        ...counts,
        ...movedBy(meter),
        cost: costOf(deps.link, endMs - startMs, meter.bytes),
      },
      transcript: transcript.text(),
    };
  }

  return {
    startMs,
    progress: () => ({
      startMs,
      step,
      sent: counts.sent,
      refused: counts.refused + counts.bounced,
      left: current?.left() ?? 0,
      current: current
        ? { subject: current.message.subject, bytes: current.message.sizeBytes, sentBytes: current.sentBytes }
        : null,
      ...movedBy(meter),
      rate: meter.rate(),
      chart: meter.chart(),
    }),
    end,
    ended: whole(),
  };
}

/** A line of the log. */
export function contactEndText({
  startMs,
  endMs,
  end,
  why,
  sent,
  refused,
  bounced,
  bytesOut,
  bytesIn,
}: LinkContact): string {
  const [because, seconds] = [why === '' ? '' : ` (${why})`, Math.round((endMs - startMs) / 1000)];
  const bytes = bytesOut + bytesIn;
  return `contact ends: ${end}${because}: ${sent} sent, ${refused} refused, ${bounced} bounced, ${bytes} bytes, ${seconds} s`;
}

function movedBy({ bytesOut, bytesIn, roundTripMs }: Meter) {
  return { bytesOut, bytesIn, roundTripMs };
}

/** A step as the link's file has it. */
function stepText(step: LinkStep): string {
  const to = 'host' in step ? ` ${step.host}:${step.port}` : '';
  if (step.kind === 'fetch') return `fetch ${step.account}`;
  return `${step.kind}${to}${step.kind === 'etrn' ? ` ${step.nodes.join(' ')}` : ''}`;
}

/** At a fifo that nobody reads it fails instead of waiting. */
const lockFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | (constants.O_NONBLOCK ?? 0);

/** As setlock: maildirsmtp may be run by hand on the same Maildir, and a message must not go twice. */
async function withLock(path: string, run: () => Promise<StepResult>): Promise<StepResult> {
  const fd = openSync(path, lockFlags, 0o600);
  try {
    if (!tryLockExclusive(fd)) return { ok: false, says: `another program sends this mail: it holds ${path}` };
    return await run();
  } finally {
    closeSync(fd);
  }
}
