// Folders in folders, as a tree: made of the mailboxes, and of those around them that hold folders but are none themselves.
import type { Mailbox } from '../../../core/api/mail.ts';
import { parentFolder } from '../../../core/api/mail.ts';

export interface FolderNode {
  /** The mailbox's id, or the one it would have. */
  readonly id: string;
  /** The names from the outermost folder to this one. */
  readonly path: readonly string[];
  /** undefined: it only holds other folders. */
  readonly mailbox: Mailbox | undefined;
  readonly children: readonly FolderNode[];
}

interface Growing extends FolderNode {
  readonly children: Growing[];
}

/** The outermost folders, in the order in which the mailboxes are given. */
export function folderTree(mailboxes: readonly Mailbox[]): FolderNode[] {
  const nodes = new Map<string, Growing>();
  const roots: Growing[] = [];
  const known = new Map(mailboxes.map(mailbox => [mailbox.id, mailbox]));

  function nodeOf(id: string, path: readonly string[]): Growing {
    const there = nodes.get(id);
    if (there) return there;
    const node: Growing = { id, path, mailbox: known.get(id), children: [] };
    nodes.set(id, node);
    const parent = parentFolder(id);
    (parent === '' ? roots : nodeOf(parent, path.slice(0, -1)).children).push(node);
    return node;
  }

  for (const { id, path } of mailboxes) nodeOf(id, path);
  return roots;
}

/** The mailboxes of a node and of those in it. */
export function mailboxesIn(node: FolderNode): Mailbox[] {
  return [...(node.mailbox ? [node.mailbox] : []), ...node.children.flatMap(mailboxesIn)];
}
