// In which order what waits is sent, and what is kept back.
import type { Link } from '../../control/links/link.ts';
import type { Mark } from './marks.ts';
import type { Waiting } from './waiting.ts';

type Ceiling = Pick<Link, 'largestBytes' | 'limits'>;

/** Larger than the link's ceiling, or than any contact may be. */
export function isTooLarge({ sizeBytes }: Pick<Waiting, 'sizeBytes'>, { largestBytes, limits }: Ceiling): boolean {
  return [largestBytes, limits.contactBytes, limits.dayBytes].some(most => most !== undefined && sizeBytes > most);
}

/** Whether it waits for a person. */
export function isKeptBack(message: Waiting, mark: Mark | undefined, link: Ceiling): boolean {
  return mark === 'held' || (mark !== 'now' && isTooLarge(message, link));
}

/** A person's first, bulk last; in each group small before large, then old before new. */
export function inSendingOrder(messages: Iterable<Waiting>, markOf: (name: string) => Mark | undefined): Waiting[] {
  const ranked = [...messages].map(message => ({ message, rank: rankOf(message, markOf(message.name)) }));
  ranked.sort(
    (a, b) =>
      a.rank - b.rank ||
      sizeClass(a.message) - sizeClass(b.message) ||
      a.message.atMs - b.message.atMs ||
      (a.message.name < b.message.name ? -1 : 1),
  );
  return ranked.map(({ message }) => message);
}

function rankOf({ bulk }: Waiting, mark: Mark | undefined): number {
  if (mark === 'now') return 0;
  if (mark === 'first') return 1;
  return bulk ? 3 : 2;
}

/** Messages of about the same size go by their age: within a factor of two, and all below 2 kB. */
function sizeClass({ sizeBytes }: Waiting): number {
  return Math.max(11, Math.ceil(Math.log2(Math.max(1, sizeBytes))));
}
