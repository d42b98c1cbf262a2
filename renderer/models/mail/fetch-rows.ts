// Fetches rows of the list in pages, and moves along with those that were on screen when others came above them.
import type { Reply } from '../../../core/api/contract.ts';
import type { MessageRow } from '../../../core/api/mail.ts';
import { indexOf, type LoadedRows } from './loaded-rows.ts';

/** How many rows the host is asked for at once. */
export const pageRows = 100;

/** Asks the host for one page. */
export type FetchPage = (page: number) => Promise<Reply<'mail.list'>>;

/** Rows by their place in the list, with the counts of the whole list. */
export interface FoundRows {
  readonly rows: LoadedRows;
  readonly total: number;
  readonly unread: number;
}

/** What was on screen. */
export interface RowsBefore {
  readonly first: number;
  readonly last: number;
  /** The message in row `first`; undefined: it does not matter what has moved. */
  readonly anchor: string | undefined;
  readonly total: number;
}

/** The rows at the same places; if the first one is no longer there, those at the places it may have moved to. */
export async function fetchAgain(fetchPage: FetchPage, before: RowsBefore): Promise<FoundRows> {
  const { first, last, anchor } = before;
  const fresh = await fetchRange(fetchPage, first, last);
  const grown = fresh.total - before.total;
  if (anchor === undefined || grown === 0 || indexOf(fresh.rows, anchor) !== undefined) return fresh;
  const moved = await fetchRange(fetchPage, first + grown, last + grown);
  return indexOf(moved.rows, anchor) === undefined ? fresh : moved;
}

/** Fetches the pages that cover the rows `first` to `last`. */
async function fetchRange(fetchPage: FetchPage, first: number, last: number): Promise<FoundRows> {
  const rows = new Map<number, MessageRow>();
  let counts = { total: 0, unread: 0 };
  for (let page = pageOf(first), end = Math.max(page, pageOf(last)); page <= end; page += 1) {
    const answer = await fetchPage(page);
    counts = answer;
    for (const [at, row] of answer.rows.entries()) rows.set(page * pageRows + at, row);
  }
  return { rows, total: counts.total, unread: counts.unread };
}

function pageOf(index: number): number {
  return Math.floor(Math.max(0, index) / pageRows);
}
