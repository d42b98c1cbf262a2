// Explains where connections for a sender's mail come from, and under which name.
import { isIP } from 'node:net';
import type { ExplainStep } from '../../api/explain.ts';
import type { EntryLines } from '../../control/check/entry-lines.ts';
import type { Control } from '../../control/control.ts';
import { displayAddress } from '../../message/address.ts';
import { localEndFor } from './local-end.ts';

/** Undefined: no file says anything about this sender. */
export function explainLocalEnd(
  lines: EntryLines,
  control: Pick<Control, 'domainIps' | 'outgoingIp' | 'heloHost'>,
  sender: string,
): { readonly step: ExplainStep; readonly isBroken: boolean } | undefined {
  const { ip, heloHost, by, key } = localEndFor(control, sender);
  if (ip === undefined && key === undefined) return undefined;
  const file = key === undefined ? 'outgoingip' : 'domainips';
  const line = key === undefined ? 1 : lines.ofKey('domainips', key);
  const about = { stage: 'route', file: lines.path(file), line } as const;
  if (ip !== undefined && isIP(ip) === 0) {
    const says = `Mail waits: ${displayAddress(ip)} in control/${by} is not an IP address.`;
    return { step: { ...about, says }, isBroken: true };
  }
  const from = ip === undefined ? '' : ` come from ${ip}, and`;
  return {
    step: { ...about, says: `Connections${from} call this host ${displayAddress(heloHost)}.` },
    isBroken: false,
  };
}
