// The fields that qmail-inject adds on top of a message if they are missing.
import { formatDate822 } from '../../lib/text/date822.ts';
import { quoteAddress } from '../../message/address.ts';
import type { RewriteAddress } from '../../message/header/address-list.ts';
import { atom, comment, formatTokens, quoted, special, type Token, tokenize } from '../../message/header/tokens.ts';
import type { InjectedHeader } from './inject-header.ts';
import type { InjectSettings } from './inject-settings.ts';

/** The time and process that create the message. */
export interface InjectMoment {
  readonly nowMs: number;
  readonly pid: number;
}

/** Complete field lines, each with its LF, in qmail-inject's order. */
export function addedFields(
  header: InjectedHeader,
  settings: InjectSettings,
  rewrite: RewriteAddress,
  moment: InjectMoment,
): readonly string[] {
  const prefix = header.resent ? 'Resent-' : '';
  const lacks = (name: string): boolean => !header.seen.has(`${prefix}${name}`.toLowerCase());
  const lines: string[] = [];
  if (lacks('date')) lines.push(`${prefix}Date: ${formatDate822(moment.nowMs)}\n`);
  if (lacks('message-id')) {
    const unique = `${idTimestamp(moment.nowMs)}.${moment.pid}.qmail`;
    lines.push(`${prefix}Message-ID: <${unique}@${settings.idHost}>\n`);
  }
  if (lacks('from')) lines.push(`${fromField(`${prefix}From`, settings, rewrite)}\n`);
  if (lacks('to') && lacks('cc')) lines.push(`${prefix}Cc: recipient list not shown: ;\n`);
  if (!header.resent && !header.seen.has('mail-followup-to')) lines.push(...followupTo(header, settings.followupLists));
  return lines;
}

/** `YYYYMMDDhhmmss` in UTC. */
export function idTimestamp(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/\D/g, '').slice(0, 14);
}

function fromField(name: string, settings: InjectSettings, rewrite: RewriteAddress): string {
  const address = rewrite(ownAddress(settings.user, settings.host));
  const start = [atom(name), special(':')];
  if (settings.name === undefined) return formatTokens([...start, ...address]);
  if (settings.flags.nameAsComment) return formatTokens([...start, ...address, comment(settings.name)]);
  return formatTokens([...start, quoted(settings.name), special('<'), ...address, special('>')]);
}

/** The tokens of `user@host`, not rewritten yet. A host that cannot be parsed is treated as one word. */
export function ownAddress(user: string, host: string | undefined): readonly Token[] {
  const needsQuotes = quoteAddress(user).startsWith('"') || user === '';
  const local: Token = needsQuotes ? quoted(user) : { kind: 'atom', text: user };
  return host === undefined ? [local] : [local, special('@'), ...(tokenize(host) ?? [atom(host)])];
}

function followupTo(header: InjectedHeader, lists: InjectSettings['followupLists']): readonly string[] {
  if (!lists) return [];
  const all = header.addressees.toReversed().flat();
  if (!all.some(({ address }) => lists.has(address.toLowerCase()))) return [];
  return [`Mail-Followup-To: ${all.map(({ written }) => written).join(',\n  ')}\n`];
}
