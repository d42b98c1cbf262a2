// Finds tests that assert nothing, neither in their own block nor through a function that it calls. Waiting does not count:
// such a test says only that nothing took too long.
import { posix } from 'node:path';
import { type AstNode, parseSource, visitNodes } from '../support/ast.ts';

/** A node of ESTree. */
interface Node extends AstNode {
  readonly [key: string]: unknown;
}

interface Named {
  readonly name: string;
}

/** What a block does itself, and the names of the functions that it calls or passes on. */
interface Block {
  readonly asserts: boolean;
  readonly calls: ReadonlySet<string>;
}

const testNames = /^(?:test|it|stage|t\.test)$/;
const waits = new Set(['until', 'eventually', 'logged', 'line']);

/** @param sources the text of each file by its path @returns `file:line` of each test that asserts nothing */
export function testsWithoutAssertion(sources: ReadonlyMap<string, string>): string[] {
  const functions = new Map<string, Block>();
  const imports = new Map<string, string>();
  const tests: { path: string; place: string; block: Block }[] = [];
  for (const [path, source] of sources) {
    visitNodes<Node>(parseSource(path, source), node => {
      const named = namedFunction(node);
      if (named) functions.set(`${path} ${named.name}`, blockOf(named.body, source));
      if (node.type === 'ImportDeclaration') imported(path, node, imports);
      const body = path.includes('.test.') && testBody(node, source);
      if (body) {
        const place = `${path}:${source.slice(0, node.start).split('\n').length}`;
        tests.push({ path, place, block: blockOf(body, source) });
      }
    });
  }

  function asserts({ path, block }: { path: string; block: Block }, seen: Set<string>): boolean {
    if (block.asserts) return true;
    for (const name of block.calls) {
      const [at, known] = (imports.get(`${path} ${name}`) ?? `${path} ${name}`).split(' ') as [string, string];
      const key = `${at} ${known}`;
      if (seen.has(key) || waits.has(known)) continue;
      seen.add(key);
      const called = functions.get(key);
      if (called && asserts({ path: at, block: called }, seen)) return true;
    }
    return false;
  }
  return tests.filter(one => !asserts(one, new Set())).map(({ place }) => place);
}

/** Notes where the names come from that a file imports from another one beside it. */
function imported(path: string, node: Node, imports: Map<string, string>): void {
  const from = (node.source as { value: string }).value;
  if (!from.startsWith('.')) return;
  const file = posix.join(posix.dirname(path), from);
  for (const { local, imported: original } of node.specifiers as { local: Named; imported?: Named }[])
    if (original) imports.set(`${path} ${local.name}`, `${file} ${original.name}`);
}

function testBody(node: Node, source: string): Node | undefined {
  if (node.type !== 'CallExpression') return undefined;
  const callee = node.callee as Node;
  const [title, ...rest] = node.arguments as Node[];
  if (!title || isFunction(title) || !testNames.test(source.slice(callee.start, callee.end))) return undefined;
  return rest.find(isFunction)?.body as Node | undefined;
}

function namedFunction(node: Node): { name: string; body: Node } | undefined {
  const own = node.type === 'FunctionDeclaration' ? node : ((node.init ?? node.value) as Node | null | undefined);
  const name = ((node.id ?? node.key) as { name?: string } | null | undefined)?.name;
  if (!own || name === undefined || !(own === node || isFunction(own)) || !own.body) return undefined;
  return { name, body: own.body as Node };
}

function isFunction({ type }: Node): boolean {
  return type === 'ArrowFunctionExpression' || type === 'FunctionExpression';
}

function blockOf(body: Node, source: string): Block {
  const calls = new Set<string>();
  let asserts = false;
  visitNodes<Node>(body, node => {
    if (node.type === 'ThrowStatement') asserts = true;
    if (node.type !== 'CallExpression') return;
    const callee = node.callee as Node;
    // `waitFor` of a locator fails unless the page shows what the test is about.
    if (/^(?:assert|expect|fc\.assert)\b|\.waitFor$/.test(source.slice(callee.start, callee.end))) asserts = true;
    for (const used of [callee, (callee.property as Node | undefined) ?? callee, ...(node.arguments as Node[])])
      if (used.type === 'Identifier') calls.add(used.name as string);
  });
  return { asserts, calls };
}
