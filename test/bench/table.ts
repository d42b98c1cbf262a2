// The one table that the bench prints.
import type { Figures, Row } from './figures.ts';
import type { SubjectName } from './subjects/subject.ts';

/** Medians by subject; a subject that does not take part has no entry. */
export type Results = ReadonlyMap<SubjectName, Figures>;

const peers: readonly SubjectName[] = ['postfix', 'notqmail', 'serialmail'];

/** Markdown, in columns that also line up on a terminal. Ratios say how many times better Waypost is. */
export function formatTable(rows: readonly Row[], results: Results): string {
  const shown = peers.filter(peer => results.has(peer));
  const heading = ['workload', 'unit', 'Waypost', 'must reach', '', ...shown.flatMap(peer => [titles[peer], 'ratio'])];
  const lines = rows.map(row => {
    const own = results.get('waypost')?.[row.key];
    return [
      row.what,
      row.unit,
      format(row, own),
      row.goal === undefined
        ? ''
        : `${row.better === 'more' ? '≥' : '≤'} ${format({ ...row, decimals: undefined }, row.goal)}`,
      verdict(row, own),
      ...shown.flatMap(peer => {
        const theirs = results.get(peer)?.[row.key];
        return [format(row, theirs), ratio(row, own, theirs)];
      }),
    ];
  });
  return layOut([heading, ...lines]);
}

const titles: Readonly<Record<SubjectName, string>> = {
  waypost: 'Waypost',
  postfix: 'Postfix',
  notqmail: 'notqmail',
  serialmail: 'serialmail',
};

function format({ decimals }: { readonly decimals?: number | undefined }, value: number | undefined): string {
  if (value === undefined) return '';
  const digits = decimals ?? (Number.isInteger(value) || value >= 10 ? 0 : 1);
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function verdict({ goal, better }: Row, own: number | undefined): string {
  if (goal === undefined || own === undefined) return '';
  return (better === 'more' ? own >= goal : own <= goal) ? 'yes' : 'no';
}

function ratio({ better }: Row, own: number | undefined, theirs: number | undefined): string {
  if (own === undefined || theirs === undefined) return '';
  return (better === 'more' ? own / theirs : theirs / own).toFixed(1);
}

/** The first two columns are text, the others numbers. */
function layOut(cells: readonly (readonly string[])[]): string {
  const widths = (cells[0] ?? []).map((_, column) => Math.max(3, ...cells.map(line => (line[column] ?? '').length)));
  const lines = cells.map(line => {
    const padded = widths.map((width, column) =>
      column < 2 ? (line[column] ?? '').padEnd(width) : (line[column] ?? '').padStart(width),
    );
    return `| ${padded.join(' | ')} |`;
  });
  const rule = `|${widths.map((width, column) => (column < 2 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}
