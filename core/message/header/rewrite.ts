// qmail-inject's host rewriting: completes addresses whose host is missing or abbreviated.
import { UserError } from '../../lib/user-error.ts';
import { lowerAscii } from '../address.ts';
import type { RewriteAddress } from './address-list.ts';
import { atom, special, type Token, tokenize, unquoteTokens } from './tokens.ts';

/** The defaults for missing parts of a host (control/defaulthost, defaultdomain, plusdomain). Byte strings. */
export interface RewriteHosts {
  readonly defaultHost: string;
  /** Empty: a host without a dot is not changed. */
  readonly defaultDomain: string;
  readonly plusDomain: string;
  /** Names in control/locals (lower case), which are complete even without a dot. */
  readonly locals?: ReadonlySet<string>;
}

/** qmail-inject's rules. @throws UserError if one of the names cannot be parsed (for example because of an unclosed bracket) */
export function hostRewriter(hosts: RewriteHosts): RewriteAddress {
  const qualify = hostQualifier(hosts);
  return address => {
    if (address.length === 0 || isVerpMark(address)) return address;
    const bare = withoutTail(withoutRoute(address), '.');
    return withoutTail(bare, '@').length === 0 ? [] : qualify(bare);
  };
}

/** Completes only the host, as for aliases files. @throws UserError as above */
export function hostQualifier(hosts: RewriteHosts): RewriteAddress {
  const atDefaultHost = suffix('@', hosts.defaultHost);
  const dotDefaultDomain = hosts.defaultDomain === '' ? [] : suffix('.', hosts.defaultDomain);
  const dotPlusDomain = suffix('.', hosts.plusDomain);
  return address => {
    const bare = withoutTail(address, '@');
    const full = bare.some(token => token.kind === '@') ? bare : [...bare, ...atDefaultHost];
    const plus = expandPlus(full, dotPlusDomain);
    return isComplete(plus, hosts.locals) ? plus : [...plus, ...dotDefaultDomain];
  };
}

/** Rewrites an unquoted address (`a b@c`) from the command line; undefined if it is invalid. */
export function rewriteBareAddress(quoted: string, rewrite: RewriteAddress): string | undefined {
  const tokens = tokenize(quoted);
  return tokens && unquoteTokens(rewrite(tokens));
}

function suffix(mark: '@' | '.', host: string): readonly Token[] {
  const tokens = tokenize(host);
  if (!tokens) throw new UserError(`“${host}” cannot be a host name: check the control files.`, { exitCode: 100 });
  return [special(mark), ...tokens];
}

/** `foo@[]` marks a per-recipient return path, which is never changed. */
function isVerpMark(address: readonly Token[]): boolean {
  const last = address.at(-1);
  return address.at(-2)?.kind === '@' && last?.kind === 'literal' && last.text === '';
}

/** `@a,@b:u@h` → `u@h`; empty without a colon, as in `@a`. */
function withoutRoute(address: readonly Token[]): readonly Token[] {
  if (address[0]?.kind !== '@') return address;
  const colon = address.findIndex(token => token.kind === ':');
  return colon < 0 ? [] : address.slice(colon + 1);
}

function withoutTail(address: readonly Token[], kind: '.' | '@'): readonly Token[] {
  return address.at(-1)?.kind === kind ? address.slice(0, -1) : address;
}

function expandPlus(address: readonly Token[], dotPlusDomain: readonly Token[]): readonly Token[] {
  const last = address.at(-1);
  if (last?.kind !== 'atom' || !last.text.endsWith('+')) return address;
  return [...address.slice(0, -1), atom(last.text.slice(0, -1)), ...dotPlusDomain];
}

/** Whether the part after the last `@` needs no default domain. */
function isComplete(address: readonly Token[], locals: RewriteHosts['locals']): boolean {
  const at = address.findLastIndex(token => token.kind === '@');
  const host = address.slice(at + 1);
  if (host.some(token => token.kind === '.' || token.kind === 'literal')) return true;
  return at >= 0 && locals?.has(lowerAscii(unquoteTokens(host))) === true;
}
