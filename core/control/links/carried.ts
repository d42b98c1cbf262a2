// The domains that links carry, as lines of control/virtualdomains: `kissidougou.example:link-kissidougou`.
import { linkName } from '../../api/link-grammar.ts';
import { type Link, linkPrefix } from './link.ts';

/** The name under which the table is read: the directory of the links. */
export const carriedTable = 'links';

/** The table of these links. A domain that several links carry belongs to the first of them. */
export function carriedText(links: readonly { readonly link: Pick<Link, 'name' | 'carries'> }[]): string {
  const owners = new Map<string, string>();
  for (const { link } of links) {
    // Another name could not be told from the address after it.
    if (!linkName.test(link.name)) continue;
    for (const domain of link.carries) {
      const key = domain === '*' ? '' : domain;
      if (!owners.has(key)) owners.set(key, linkPrefix(link.name).slice(0, -1));
    }
  }
  return [...owners].map(([key, prepend]) => `${key}:${prepend}\n`).join('');
}
