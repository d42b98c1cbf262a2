// The tree of folders, made from the mailboxes and from the directories above them that are no mailboxes.
import type { Mailbox } from '../../../core/api/mail.ts';
import { parentFolder } from '../../../core/api/mail.ts';

export interface FolderNode {
  /** The mailbox's id, or the id that it would have. */
  readonly id: string;
  /** The names from the outermost folder to this one. */
  readonly path: readonly string[];
  /** undefined: it only contains other folders. */
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

/** The mailbox of a node and those of the nodes in it. */
export function mailboxesIn(node: FolderNode): Mailbox[] {
  return [...(node.mailbox ? [node.mailbox] : []), ...node.children.flatMap(mailboxesIn)];
}
