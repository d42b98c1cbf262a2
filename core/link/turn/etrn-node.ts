// The argument of ETRN (RFC 1985): the node whose mail a client asks for, and the links that it means.
import type { Link } from '../../control/links/link.ts';

/** What a client asks for. */
export interface EtrnNode {
  /** A node, a node and all below it (`@node`), or a queue with a name of its own (`#name`). */
  readonly kind: 'node' | 'subtree' | 'queue';
  /** In lower case, without `@` or `#`, and without a dot at its end. */
  readonly name: string;
  /** As the client wrote it: printable ASCII. */
  readonly said: string;
}

const longestName = 255;

/** @returns `none`: there is no argument; `bad`: it cannot be a node */
export function parseEtrnNode(argument: string): EtrnNode | 'none' | 'bad' {
  const said = argument.trim();
  if (said === '') return 'none';
  const option = said[0];
  const text = (option === '@' || option === '#' ? said.slice(1) : said).toLowerCase();
  if (text.length > longestName || !/^[!-~]+$/.test(text)) return 'bad';
  if (option === '#') return { kind: 'queue', name: text, said };
  const name = text.replace(/\.$/, '');
  if (!/^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/.test(name) || name.includes('..')) return 'bad';
  return { kind: option === '@' ? 'subtree' : 'node', name, said };
}

/**
 * The links that a node means. A client that asks for all below a node must know a node: one that some link has. Nothing is
 * started for `@org`.
 */
export function linksOfNode(links: readonly Link[], { kind, name }: EtrnNode): Link[] {
  const own = kind === 'queue' ? `#${name}` : name;
  const named = links.filter(({ etrnNodes }) => etrnNodes.includes(own));
  if (kind !== 'subtree' || named.length === 0) return named;
  return links.filter(({ etrnNodes }) => etrnNodes.some(node => node === name || node.endsWith(`.${name}`)));
}
