// The small faults that can be put into a source, one at a time: what somebody mistypes or forgets.
import { type AstNode, parseSource, visitNodes } from '../support/ast.ts';

/** A fault: these bytes of the source are replaced. */
export interface Fault {
  readonly kind: 'comparison' | 'logic' | 'condition' | 'constant' | 'call';
  /** Offsets in the source. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** An edge moved by one, or a question turned round. */
const otherComparison: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
};
const otherLogic: Readonly<Record<string, string>> = { '&&': '||', '||': '&&' };

/** In the order of the source. @param path its ending says whether it contains JSX */
export function faultsIn(path: string, source: string): Fault[] {
  const faults: Fault[] = [];
  visitNodes<Node>(parseSource(path, source), node => void faults.push(...faultsOf(node, source)));
  return faults.sort((one, other) => one.start - other.start || one.end - other.end);
}

/** The parts of ESTree's nodes that matter here. */
interface Node extends AstNode {
  readonly operator?: string;
  readonly left?: Node;
  readonly right?: Node;
  readonly test?: Node | null;
  readonly expression?: Node | string;
  readonly value?: unknown;
}

function faultsOf(node: Node, source: string): Fault[] {
  const { type, operator = '', left, right, start, end } = node;
  if (type === 'BinaryExpression' && left && right) {
    return operatorFault('comparison', otherComparison[operator], operator, left, right, source);
  }
  if (type === 'LogicalExpression' && left && right) {
    return operatorFault('logic', otherLogic[operator], operator, left, right, source);
  }
  if ((type === 'IfStatement' || type === 'ConditionalExpression') && node.test) {
    const { test } = node;
    return [
      { kind: 'condition', start: test.start, end: test.end, replacement: `!(${source.slice(test.start, test.end)})` },
    ];
  }
  if (type === 'Literal' && typeof node.value === 'boolean') {
    return [{ kind: 'constant', start, end, replacement: String(!node.value) }];
  }
  // A call whose value nothing uses is there for what it does.
  if (type === 'ExpressionStatement' && typeof node.expression === 'object' && isCall(node.expression)) {
    return [{ kind: 'call', start, end, replacement: ';' }];
  }
  return [];
}

function isCall(node: Node): boolean {
  if (node.type === 'AwaitExpression') return isCall((node as unknown as { argument: Node }).argument);
  return node.type === 'CallExpression';
}

function operatorFault(
  kind: Fault['kind'],
  other: string | undefined,
  operator: string,
  left: Node,
  right: Node,
  source: string,
): Fault[] {
  const start = source.indexOf(operator, left.end);
  if (other === undefined || start < 0 || start >= right.start) return [];
  return [{ kind, start, end: start + operator.length, replacement: other }];
}
