// Explains what control/allmailfrom says about mail that takes a route.
import type { ExplainStep } from '../../api/explain.ts';
import type { EntryLines } from '../../control/check/entry-lines.ts';
import type { Control } from '../../control/control.ts';
import { forcedSenderFor } from '../../control/forced-senders.ts';
import type { Route } from '../route.ts';
import { brokenLine } from './force-sender.ts';

interface ExplainedSender {
  readonly step: ExplainStep;
  /** The line cannot be followed, and mail waits. */
  readonly isBroken: boolean;
  /** The address that is demanded. */
  readonly sender: string | undefined;
}

/** What the line says; undefined: no line is about this route. */
export function explainForcedSender(
  lines: EntryLines,
  { forcedSenders }: Pick<Control, 'forcedSenders'>,
  route: Pick<Route, 'relay'> | undefined,
): ExplainedSender | undefined {
  const forced = forcedSenderFor(forcedSenders, route?.relay);
  if (!forced || forced.kind === 'none') return undefined;
  const isBroken = forced.kind === 'broken';
  const says = isBroken
    ? `Mail waits: ${brokenLine(forced)}`
    : `If it was written on this machine, it is sent from ${forced.address}: in From, and in the envelope. Replies go to its former author.`;
  return {
    step: { stage: 'sender', file: lines.path('allmailfrom'), line: forced.line, says },
    isBroken,
    sender: isBroken ? undefined : forced.address,
  };
}
