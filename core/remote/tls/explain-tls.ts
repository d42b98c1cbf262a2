// Explains what control/tlsdestinations says about a host.
import type { ExplainStep } from '../../api/explain.ts';
import type { EntryLines } from '../../control/check/entry-lines.ts';
import type { Control } from '../../control/control.ts';
import { splitAddress } from '../../message/address.ts';
import type { Route, Way } from '../route.ts';
import { findDestination, type TlsRule } from './find-destination.ts';
import { policyHost } from './terms-for.ts';

const words: Readonly<Record<TlsRule, string>> = {
  never: 'TLS is not used.',
  pinned: 'TLS is required, with the certificate that has the fingerprint in the line.',
  'exact name': 'TLS is required, with a verified certificate for the host itself.',
  name: 'TLS is required, with a verified certificate for the host; a wildcard will do.',
  chain: 'TLS is required, with a verified certificate.',
  anything: 'TLS is required, with any certificate.',
  'chain if offered': 'TLS is used if the server offers it, with a verified certificate.',
  'if offered': 'TLS is used if the server offers it.',
};

/** What the line says; `isBroken`: it cannot be followed, and mail waits. Undefined: no line is about this host. */
export function explainTls(
  lines: EntryLines,
  { tlsDestinations }: Pick<Control, 'tlsDestinations'>,
  { sender, host }: Way,
  route: Route | undefined,
): { readonly step: ExplainStep; readonly isBroken: boolean } | undefined {
  const found = findDestination(tlsDestinations, policyHost(route, host), splitAddress(sender).host ?? '');
  if (!found) return undefined;
  const about = { stage: 'route', file: lines.path('tlsdestinations') } as const;
  if (found.kind === 'broken') {
    const says = `The line cannot be followed, and mail waits: ${found.why}`;
    return { step: { ...about, line: found.line, says }, isBroken: true };
  }
  const { rule, line } = found;
  const port = line.port === undefined ? '' : ` The port is ${line.port}.`;
  const says = `${words[line.pin && rule !== 'never' ? 'pinned' : rule]}${port}`;
  return { step: { ...about, line: line.line, says }, isBroken: false };
}
