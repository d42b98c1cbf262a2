// Explains where connections for a sender's mail come from, and under which name.
import type { ExplainStep } from '../../api/explain.ts';
import type { EntryLines } from '../../control/check/entry-lines.ts';
import type { Control } from '../../control/control.ts';
import { displayAddress } from '../../message/address.ts';
import { type LocalEnd, localEndFor, localEndOf } from './local-end.ts';

interface ExplainedEnd {
  readonly step: ExplainStep;
  /** Mail waits. */
  readonly isBroken: boolean;
  readonly localEnd: LocalEnd | undefined;
}

/** Undefined: no file says anything about this sender. */
export async function explainLocalEnd(
  lines: EntryLines,
  control: Pick<Control, 'domainIps' | 'outgoingIp' | 'heloHost'>,
  sender: string,
): Promise<ExplainedEnd | undefined> {
  const { ip, heloHost, key } = localEndFor(control, sender);
  if (ip === undefined && key === undefined) return undefined;
  const file = key === undefined ? 'outgoingip' : 'domainips';
  const line = key === undefined ? 1 : lines.ofKey('domainips', key);
  const about = { stage: 'route', file: lines.path(file), line } as const;
  const localEnd = await localEndOf(control, sender);
  if ('letter' in localEnd) {
    const says = `Mail waits: ${displayAddress(localEnd.text).trim()}`;
    return { step: { ...about, says }, isBroken: true, localEnd: undefined };
  }
  const from = ip === undefined ? '' : ` come from ${ip}, and`;
  const says = `Connections${from} call this host ${displayAddress(heloHost)}.`;
  return { step: { ...about, says }, isBroken: false, localEnd };
}
