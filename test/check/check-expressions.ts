// Part of npm run check: no regular expression of core, main and renderer may take more than time that grows with the length
// of its input. What was decided once is remembered, so that only new expressions take a moment.
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import recheck from 'recheck/package.json' with { type: 'json' };
import { type Expression, expressionsIn, judge } from './expressions.ts';

/** Bad expressions that only ever get bounded input: the literal, and why that is so. */
const exceptions: ReadonlyMap<string, string> = new Map();

const root = join(import.meta.dirname, '../..');
const cache = join(root, `node_modules/.cache/waypost/expressions-${recheck.version}.json`);

/** The literals that are good. */
type Decided = Record<string, null>;

const complaints: string[] = [];
const found = new Map<string, Expression>();
for (const path of globSync('{core,main,renderer}/**/*.{ts,tsx}', { cwd: root }).sort()) {
  const { literals, made } = expressionsIn(path, readFileSync(join(root, path), 'utf8'));
  for (const place of made) complaints.push(`${place}: an expression is put together at run time: write it out`);
  for (const each of literals) if (!found.has(each.literal)) found.set(each.literal, each);
}

const known = remembered();
const decided: Decided = {};
for (const [literal, expression] of found) {
  const why = known[literal] === null ? undefined : await judge(expression);
  if (why === undefined) decided[literal] = null; // All others are asked again the next time.
  if (why && !exceptions.has(literal)) complaints.push(`${expression.place}: ${literal}: ${why}`);
}
mkdirSync(dirname(cache), { recursive: true });
writeFileSync(cache, JSON.stringify(decided));

for (const literal of exceptions.keys()) {
  if (!found.has(literal)) complaints.push(`${literal} is an exception, but no source has it`);
}
if (complaints.length > 0) {
  console.error(`Expressions that can hold up whoever waits for them:\n${complaints.join('\n')}`);
  process.exit(1);
}

function remembered(): Decided {
  try {
    return JSON.parse(readFileSync(cache, 'utf8')) as Decided;
  } catch {
    return {};
  }
}
