// Finds the regular expressions of a source, and those among them whose time grows faster than their input.

import { check } from 'recheck';
import { type AstNode, parseSource, visitNodes } from '../support/ast.ts';

/** An expression in a source file. */
export interface Expression {
  /** With its slashes and flags. */
  readonly literal: string;
  readonly pattern: string;
  readonly flags: string;
  /** `file:line` */
  readonly place: string;
}

/** What a source has of them. */
export interface Expressions {
  readonly literals: readonly Expression[];
  /** Places where one is put together at run time: nothing can be said of it. */
  readonly made: readonly string[];
}

/** Longer than any expression takes that can be decided. */
const decideMs = 120_000;

/** @param path its ending says whether it holds JSX */
export function expressionsIn(path: string, source: string): Expressions {
  const literals: Expression[] = [];
  const made: string[] = [];
  const placeOf = ({ start }: Node) => `${path}:${source.slice(0, start).split('\n').length}`;
  visitNodes<Node>(parseSource(path, source), node => {
    const { regex } = node;
    if (node.type === 'Literal' && regex) literals.push({ literal: node.raw ?? '', ...regex, place: placeOf(node) });
    else if (makesOne(node)) made.push(placeOf(node));
  });
  return { literals, made };
}

/** What is found bad is tried by the clock: on a busy machine good ones look bad now and then, but not every time. */
const triesOfBad = 3;

/** Why the expression is bad; undefined: its time grows with the length of its input. */
export async function judge({ pattern, flags }: Expression): Promise<string | undefined> {
  let why: string | undefined;
  for (let tries = 1; tries <= triesOfBad; tries++) {
    const found = await check(pattern, flags, { timeout: decideMs });
    if (found.status === 'safe') return undefined;
    if (found.status === 'unknown') return `nobody can say how its time grows (${found.error.kind})`;
    why = `its time is ${found.complexity.summary}, for example for ${found.attack.pattern}`;
  }
  return why;
}

/** The parts of ESTree's nodes that matter here. */
interface Node extends AstNode {
  readonly raw?: string;
  readonly regex?: { readonly pattern: string; readonly flags: string };
  readonly callee?: { readonly name?: string; readonly property?: { readonly name?: string } };
  readonly arguments?: readonly { readonly type: string; readonly value?: unknown }[];
}

/** `RegExp(…)`, `new RegExp(…)`, and the methods that make one of a string. */
function makesOne({ type, callee, arguments: given }: Node): boolean {
  if (type !== 'NewExpression' && type !== 'CallExpression') return false;
  if (callee?.name === 'RegExp') return true;
  const [first] = given ?? [];
  const isText = first?.type === 'TemplateLiteral' || (first?.type === 'Literal' && typeof first.value === 'string');
  return isText && ['match', 'matchAll'].includes(callee?.property?.name ?? '');
}
