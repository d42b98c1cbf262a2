// MTA-STS (RFC 8461): the record and the policy with which a domain says that its mail must have TLS, and which exchangers it has.
import { lowerAscii } from '../../message/address.ts';

/** What a domain demands of those who send mail to it. */
export interface StsPolicy {
  /** `testing`: what would be refused is only logged. */
  readonly mode: 'enforce' | 'testing' | 'none';
  /** Names of exchangers in lower case; `*.` stands for one label. */
  readonly mx: readonly string[];
  readonly maxAgeSec: number;
}

/** RFC 8461 section 3.2: about a year. */
const longestAgeSec = 31_557_600;
const mostNames = 100;

/**
 * The ID of the policy, which changes with it (section 3.1).
 * @param records the text records of `_mta-sts.DOMAIN` @returns undefined: there is not exactly one record
 */
export function stsId(records: readonly string[]): string | undefined {
  const [record, ...others] = records.filter(text => /^v=STSv1[ \t]*;/.test(text));
  if (record === undefined || others.length > 0) return undefined;
  const fields = record.split(';').map(field => field.trim());
  const id = fields.find(field => field.startsWith('id='))?.slice('id='.length);
  return id !== undefined && /^[A-Za-z0-9]{1,32}$/.test(id) ? id : undefined;
}

/** @returns undefined: this is no policy (section 3.2) */
export function parseStsPolicy(text: string): StsPolicy | undefined {
  const values = new Map<string, string>();
  const mx: string[] = [];
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    const key = line.slice(0, Math.max(colon, 0)).trim();
    const value = line.slice(colon + 1).trim();
    if (key === 'mx' && mx.length < mostNames) mx.push(lowerAscii(value));
    // Of a key that is there twice the first counts.
    if (key !== '' && !values.has(key)) values.set(key, value);
  }
  const mode = values.get('mode');
  const maxAge = values.get('max_age') ?? '';
  if (values.get('version') !== 'STSv1' || !/^\d{1,10}$/.test(maxAge)) return undefined;
  if (mode !== 'enforce' && mode !== 'testing' && mode !== 'none') return undefined;
  if (!mx.every(isPattern) || (mx.length === 0 && mode !== 'none')) return undefined;
  return { mode, mx, maxAgeSec: Math.min(Number(maxAge), longestAgeSec) };
}

/** Whether the policy has this exchanger (section 4.1). */
export function isListed({ mx }: Pick<StsPolicy, 'mx'>, host: string): boolean {
  const name = lowerAscii(host).replace(/\.$/, '');
  const dot = name.indexOf('.');
  return mx.some(pattern =>
    pattern.startsWith('*.') ? dot > 0 && name.slice(dot) === pattern.slice(1) : name === pattern,
  );
}

function isPattern(text: string): boolean {
  return text.length <= 255 && /^(?:\*\.)?[a-z0-9_](?:[a-z0-9._-]*[a-z0-9])?$/.test(text);
}
