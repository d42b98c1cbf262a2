// Host rewriting of new-inject and ofmipd: control/rewrite, one rule a line, tried in order, each once.
import { lowerAscii } from '../address.ts';
import type { ListPart } from './normal-list.ts';
import type { RewriteHosts } from './rewrite.ts';

interface RewriteRule {
  /** `=` the whole host; `*` its end; `?` its end, if the rest is one word; `-` its end, and the rest is removed. */
  readonly kind: '=' | '*' | '?' | '-';
  /** In lower case. */
  readonly end: string;
  readonly replacement: string;
}

/** Parses the lines of control/rewrite; lines that are not rules are ignored. Byte strings. */
export function readRewriteRules(lines: readonly string[]): readonly RewriteRule[] {
  return lines.flatMap(line => {
    const [, kind, end = '', replacement = ''] = /^([=*?-])([^:]*):(.*)$/s.exec(line) ?? [];
    return kind ? [{ kind: kind as RewriteRule['kind'], end: lowerAscii(end), replacement }] : [];
  });
}

/** The equivalent of the three control files, if there is no control/rewrite. */
export function usualRewriteLines({ defaultHost, plusDomain, defaultDomain, locals }: RewriteHosts): readonly string[] {
  const lines = ['*.:', `=:${defaultHost}`, `*+:.${plusDomain}`];
  if (defaultDomain === '') return lines;
  // A dot at the end of a complete name prevents the default domain from being added, and is removed afterwards.
  const complete = [...(locals ?? [])].filter(name => !name.includes('.'));
  return [
    ...lines,
    ...complete.map(name => `=${name}:${name}.`),
    `?:.${defaultDomain}`,
    ...complete.map(name => `=${name}.:${name}`),
  ];
}

/** Rewrites a host. */
export function rewriteHost(host: string, rules: readonly RewriteRule[]): string {
  return rules.reduce((so, { kind, end, replacement }) => {
    if (!lowerAscii(so).endsWith(end)) return so;
    const rest = so.slice(0, so.length - end.length);
    if (kind === '=' && rest !== '') return so;
    if (kind === '?' && /[.[\]]/.test(rest)) return so;
    return (kind === '-' ? '' : rest) + replacement;
  }, host);
}

/** Rewrites an address, whose host is everything after its first `@`. An empty address stays empty. */
export function rewriteAddress(address: string, rules: readonly RewriteRule[]): string {
  if (address === '' || address === '@') return '';
  const at = address.indexOf('@');
  if (at < 0) return `${address}@${rewriteHost('', rules)}`;
  return `${address.slice(0, at)}@${rewriteHost(address.slice(at + 1), rules)}`;
}

/** The same for the addresses of a list. */
export function rewriteParts(parts: readonly ListPart[], rules: readonly RewriteRule[]): readonly ListPart[] {
  return parts.map(part => (part.kind === 'address' ? { ...part, text: rewriteAddress(part.text, rules) } : part));
}
