// Walks the syntax tree of a source: for checks of the sources, and for faults that are put into them.
import { parseSync } from 'oxc-parser';

/** A node of ESTree. */
export interface AstNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** @param path its ending says whether it contains JSX @throws Error when the source is not one */
export function parseSource(path: string, source: string): AstNode {
  const { program, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  return program as unknown as AstNode;
}

/** Shows every node, the outer ones first. */
export function visitNodes<Node extends AstNode>(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) for (const each of value) visitNodes(each, see);
  else if (typeof value === 'object' && value !== null) {
    if ('type' in value && 'start' in value) see(value as Node);
    for (const each of Object.values(value)) visitNodes(each, see);
  }
}
