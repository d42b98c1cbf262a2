// Lists a mailbox page by page, newest first: all messages, or those that match a query.
import type { Asked, Reply } from '../../api/contract.ts';
import { refusal } from '../../api/errors.ts';
import type { Flag, MessageRow } from '../../api/mail.ts';
import type { Clock } from '../../lib/clock.ts';
import { createTimeSlice, type TimeSlice } from '../../lib/time-slice.ts';
import type { Box } from '../boxes/box.ts';
import type { Catalog } from '../boxes/catalog.ts';
import type { Entry } from '../boxes/folder.ts';
import { messageId } from '../boxes/locate.ts';
import { usualRole } from '../folders/folders.ts';
import type { Summary } from '../reading/summary.ts';
import { searchTest } from './search.ts';

// Describing a big mailbox for the first time takes seconds. A list does not wait for that: until then the order comes from the
// times in the file names, and a change is reported afterwards.
const patienceMs = 250;
// A page waits for its messages, but not forever: one of them may take long to parse.
const pagePatienceMs = 5000;

/** What every call about a list says about it. */
type ListingAsked = Pick<Asked<'mail.list'>, 'mailbox' | 'query' | 'order' | 'unread'>;

/** All messages of a mailbox, or those that match a query. */
export interface Listing {
  readonly box: Box;
  readonly whole: boolean;
  /** As they are now, newest first. */
  entries(slice: TimeSlice): Promise<readonly Entry[]>;
}

/**
 * Resolves when enough is known of the messages.
 * @returns undefined for one of the usual mailboxes that is not there yet
 * @throws ApiError `gone` for any other mailbox that does not exist
 */
export async function openListing(catalog: Catalog, clock: Clock, asked: ListingAsked): Promise<Listing | undefined> {
  const box = catalog.find(asked.mailbox);
  if (!box) {
    if (usualRole(asked.mailbox)) return undefined;
    throw refusal('mailbox-gone', { mailbox: asked.mailbox });
  }
  const matches = searchTest(asked.query);
  const { order, unread } = asked;
  if (!matches) await orAfter(clock, patienceMs, box.describeAll());
  else await box.describeAll();
  return {
    box,
    whole: !matches && !unread,
    async entries(slice) {
      const all = await box.folder.newestFirst(slice, order);
      const shown = unread ? all.filter(entry => isUnread(entry) || messageId(box, entry) === unread.and) : all;
      return matches ? search(shown, matches, slice) : shown;
    },
  };
}

/** @throws ApiError `gone` for a mailbox that does not exist and is not one of the usual ones */
export async function listMessages(
  catalog: Catalog,
  clock: Clock,
  asked: Asked<'mail.list'>,
): Promise<Reply<'mail.list'>> {
  const listing = await openListing(catalog, clock, asked);
  if (!listing) return { total: 0, unread: 0, rows: [] };
  const slice = createTimeSlice();
  let page = await pageOf(listing, clock, asked, slice);
  if (page.lacking) {
    // Files were renamed under us: look where they are now.
    await listing.box.refresh();
    page = await pageOf(listing, clock, asked, slice);
  }
  const { total, unread, rows } = page;
  return { total, unread, rows };
}

async function pageOf(
  { box, whole, entries: all }: Listing,
  clock: Clock,
  asked: Asked<'mail.list'>,
  slice: TimeSlice,
): Promise<Reply<'mail.list'> & { lacking: boolean }> {
  const matching = await all(slice);
  const unread = whole ? box.folder.unread() : matching.filter(isUnread).length;
  const entries = matching.slice(asked.offset, asked.offset + asked.limit);
  const described = await orAfter(clock, pagePatienceMs, box.describe(entries));
  const lacking = described && entries.some(entry => !entry.summary);
  const rows = entries
    .filter(entry => entry.here)
    .map(entry => messageRow(messageId(box, entry), entry, entry.summary ?? notYet(entry)));
  return { total: matching.length, unread, rows, lacking };
}

async function search(
  entries: readonly Entry[],
  matches: (summary: Summary) => boolean,
  slice: TimeSlice,
): Promise<Entry[]> {
  const found: Entry[] = [];
  for (const entry of entries) {
    if (slice.isOver()) await slice.next();
    if (!entry.summary || !entry.here) continue;
    if (matches(entry.summary)) found.push(entry);
  }
  return found;
}

export function isUnread(entry: Entry): boolean {
  return !entry.letters.includes('S');
}

/** A message as the list shows it. */
export function messageRow(id: string, entry: Entry, summary: Summary): MessageRow {
  const { from, to, subject, preview, dateMs, sizeBytes, attachments } = summary;
  return { id, from, to: [...to], subject, preview, dateMs, sizeBytes, flags: flagsOf(entry), attachments };
}

/** What is shown of a message that is not parsed yet. */
export function notYet({ timeMs }: Entry): Summary {
  const preview = 'This message has not been looked at yet.';
  return {
    from: { name: '', address: '' },
    to: [],
    subject: '',
    preview,
    dateMs: timeMs,
    sizeBytes: 0,
    attachments: false,
  };
}

/** Those flags of a message that the standard names. */
export function flagsOf(entry: Entry): Flag[] {
  return [...entry.letters].filter((letter): letter is Flag => 'DFPRST'.includes(letter));
}

/** @returns whether the work was done in time */
async function orAfter(clock: Clock, delayMs: number, work: Promise<void>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const cancel = clock.after(delayMs, () => resolve(false));
  const done = await Promise.race([work.then(() => true), promise]);
  cancel();
  return done;
}
