// The roles of mailboxes, and the order in which they are shown.
import type { Mailbox } from '../../api/mail.ts';
import { inbox, shownPath, usesDirectories } from './folder-ids.ts';

type Role = NonNullable<Mailbox['role']>;

/** The usual mailboxes beside the inbox, in the order in which they are shown. */
const usual: readonly { readonly id: string; readonly role: Role }[] = [
  { id: 'Drafts', role: 'drafts' },
  { id: 'Sent', role: 'sent' },
  { id: 'Archive', role: 'archive' },
  { id: 'Trash', role: 'trash' },
];

/** Which mailbox has which role: the usual name exactly, else in another case, below `INBOX.`, or in the other layout. */
function roles(ids: readonly string[]): Map<string, Role> {
  const byId = new Map<string, Role>([[inbox, 'inbox']]);
  for (const { id, role } of usual) {
    const named = ids.filter(each => each.toLowerCase().replace(/^inbox\.|^\//, '') === role);
    const best = named.includes(id) ? id : named.sort()[0];
    if (best !== undefined) byId.set(best, role);
  }
  return byId;
}

/** The role of a mailbox among the existing ones. */
export function roleOf(ids: readonly string[], id: string): Role | undefined {
  return roles(ids).get(id);
}

/** The mailbox named `wanted`, or for a usual name the one with its role; undefined when there is none. */
export function resolveFolder(ids: readonly string[], wanted: string): string | undefined {
  if (ids.includes(wanted)) return wanted;
  const role = usualRole(wanted);
  if (!role) return undefined;
  for (const [id, its] of roles(ids)) if (its === role) return id;
  return undefined;
}

/** The role that goes with a usual name. */
export function usualRole(id: string): Role | undefined {
  return usual.find(each => each.id === id)?.role;
}

/** The id with which a usual mailbox is created. */
export function usualFolderId(ids: readonly string[], id: string): string {
  return usualRole(id) && usesDirectories(ids) ? `/${id}` : id;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** All mailboxes as shown: the usual five whether they exist or not, then the others by name. */
export function listMailboxes(counts: ReadonlyMap<string, { total: number; unread: number }>): Mailbox[] {
  const byId = roles([...counts.keys()]);
  const byRole = new Map([...byId].map(([id, role]) => [role, id]));
  const first = [inbox, ...usual.map(({ id, role }) => byRole.get(role) ?? id)];
  const others = [...counts.keys()].filter(id => !byId.has(id)).map(id => ({ id, path: shownPath(id) }));
  others.sort((a, b) => comparePaths(a.path, b.path) || (a.id < b.id ? -1 : 1));
  return [...first, ...others.map(({ id }) => id)].map(id => {
    const path = shownPath(id);
    return {
      id,
      name: path.at(-1) ?? id,
      path,
      role: byId.get(id) ?? usualRole(id) ?? null,
      total: counts.get(id)?.total ?? 0,
      unread: counts.get(id)?.unread ?? 0,
    };
  });
}

function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (const [depth, name] of a.entries()) {
    const other = b[depth];
    const order = other === undefined ? 1 : collator.compare(name, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
