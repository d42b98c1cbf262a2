// A summary as one line of JSON for the cache. What is read from there is checked: the file may contain anything.
import type { Person } from '../../api/mail.ts';
import type { Summary } from '../reading/summary.ts';

type Flat = readonly unknown[];

export function formatCachedSummary(summary: Summary): string {
  const { from, to, subject, preview, dateMs, sizeBytes, attachments, others = '', problem = '' } = summary;
  const people = [from, ...to].flatMap(person => [person.name, person.address]);
  return JSON.stringify([dateMs, sizeBytes, attachments, subject, preview, others, problem, ...people] satisfies Flat);
}

/** @returns undefined for what `formatCachedSummary` did not write */
export function parseCachedSummary(row: string): Summary | undefined {
  let flat: unknown;
  try {
    flat = JSON.parse(row);
  } catch {
    return undefined;
  }
  if (!Array.isArray(flat)) return undefined;
  const [dateMs, sizeBytes, attachments, subject, preview, others, problem, ...names] = flat as unknown[];
  if (!Number.isFinite(dateMs) || !Number.isFinite(sizeBytes) || typeof attachments !== 'boolean') return undefined;
  if (typeof subject !== 'string' || typeof preview !== 'string' || typeof others !== 'string') return undefined;
  if (typeof problem !== 'string') return undefined;
  if (names.length < 2 || names.length % 2 !== 0 || !names.every(name => typeof name === 'string')) return undefined;
  const people: Person[] = [];
  for (let at = 0; at < names.length; at += 2) people.push({ name: names[at] ?? '', address: names[at + 1] ?? '' });
  const [from = { name: '', address: '' }, ...to] = people;
  const times = { dateMs: dateMs as number, sizeBytes: sizeBytes as number };
  return { from, to, subject, preview, ...times, attachments, ...(others && { others }), ...(problem && { problem }) };
}
