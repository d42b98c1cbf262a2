// Finds messages in the order that the list shows: ranges, positions, the next unread one; and the flags that they have now.
import type { Asked, Reply } from '../../api/contract.ts';
import { mailboxOf } from '../../api/mail.ts';
import type { Clock } from '../../lib/clock.ts';
import { createTimeSlice } from '../../lib/time-slice.ts';
import type { Catalog } from '../boxes/catalog.ts';
import type { Entry } from '../boxes/folder.ts';
import { locate, messageId } from '../boxes/locate.ts';
import { flagsOf, isUnread, openListing } from './listing.ts';

/** The messages from one to another, both included, in the order of the list. @throws ApiError `gone` */
export async function idsBetween(catalog: Catalog, clock: Clock, asked: Asked<'mail.ids'>): Promise<Reply<'mail.ids'>> {
  const listing = await openListing(catalog, clock, asked);
  if (!listing) return { ids: [] };
  const { box } = listing;
  const entries = await listing.entries(createTimeSlice());
  const ends = [
    asked.from === null ? 0 : indexOf(entries, catalog, asked.from),
    asked.to === null ? entries.length - 1 : indexOf(entries, catalog, asked.to),
  ].filter(index => index >= 0);
  if (ends.length === 0) return { ids: [] };
  // If one end is gone meanwhile, only the other one is left.
  const range = entries.slice(Math.min(...ends), Math.max(...ends) + 1);
  return { ids: range.filter(entry => entry.here).map(entry => messageId(box, entry)) };
}

/** Where a message is in the list. @throws ApiError `gone` for a mailbox that is not there */
export async function positionOf(
  catalog: Catalog,
  clock: Clock,
  asked: Asked<'mail.position'>,
): Promise<Reply<'mail.position'>> {
  const listing = await openListing(catalog, clock, asked);
  const index = listing ? indexOf(await listing.entries(createTimeSlice()), catalog, asked.id) : -1;
  return { index: index < 0 ? null : index };
}

/** Where the next unread message is in the list. @throws ApiError `gone` for a mailbox that is not there */
export async function nextUnread(
  catalog: Catalog,
  clock: Clock,
  asked: Asked<'mail.nextUnread'>,
): Promise<Reply<'mail.nextUnread'>> {
  const listing = await openListing(catalog, clock, asked);
  if (!listing) return { next: null };
  const entries = await listing.entries(createTimeSlice());
  const start = asked.after === null ? -1 : indexOf(entries, catalog, asked.after);
  const isWanted = (entry: Entry) => entry.here && isUnread(entry);
  const below = entries.findIndex((entry, index) => index > start && isWanted(entry));
  const index = below >= 0 ? below : entries.findIndex((entry, at) => at !== start && isWanted(entry));
  const entry = entries[index];
  return { next: entry ? { id: messageId(listing.box, entry), index } : null };
}

/** The flags that messages have now; null for those that are gone. */
export async function flagsNow(catalog: Catalog, ids: readonly string[]): Promise<Reply<'mail.flags'>> {
  // A file that is being renamed may not be found for a moment: then its directory is read again.
  const missing = ids.filter(id => !locate(catalog, id)).map(mailboxOf);
  for (const mailbox of new Set(missing)) await catalog.boxes().get(mailbox)?.refresh();
  return {
    flags: ids.map(id => {
      const found = locate(catalog, id);
      return found ? flagsOf(found.entry) : null;
    }),
  };
}

/** −1: the list does not have it. */
function indexOf(entries: readonly Entry[], catalog: Catalog, id: string): number {
  const entry = locate(catalog, id)?.entry;
  return entry ? entries.indexOf(entry) : -1;
}
