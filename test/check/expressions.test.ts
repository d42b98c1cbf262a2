// The check of regular expressions finds each of them in a source, and tells those whose time grows too fast.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expressionsIn, judge } from './expressions.ts';

test('expressionsIn: literals anywhere in a source, JSX included → with their places; what only looks like one → not', () => {
  const source = `// /not this/
const a = b / c / d;
const text = '/nor this/';
export function View({ name }: { name: string }) {
  return <p title={name.replace(/x+$/g, '')}>{/[/]y/u.test(name) ? 1 / 2 : '/'}</p>;
}`;
  assert.deepEqual(expressionsIn('view.tsx', source), {
    literals: [
      { literal: '/x+$/g', pattern: 'x+$', flags: 'g', place: 'view.tsx:5' },
      { literal: '/[/]y/u', pattern: '[/]y', flags: 'u', place: 'view.tsx:5' },
    ],
    made: [],
  });
});

test('expressionsIn: expressions that are put together at run time → their places', () => {
  const source = ['new RegExp(`^a`);', 'RegExp(a);', "a.match('x+$');", 'a.search(b);', 'a.match(b);'].join('\n');
  assert.deepEqual(expressionsIn('x.ts', source).made, ['x.ts:1', 'x.ts:2', 'x.ts:3']);
});

test('judge: the expressions that were found in the reader and the composer → bad; what took their place → not', async () => {
  const table: [literal: RegExp, bad: RegExp | undefined][] = [
    [/ +$/, /polynomial/],
    [/[ \t]*=[ \t]*\r?\n/g, /polynomial/],
    [/\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi, /polynomial/],
    [/^(?:a|aa)*$/, /exponential/],
    [/^\s*(?:(?:re|aw)\s*(?:(?:\[\d+\])\s*)?:\s*)+/i, undefined],
    [/[\w-]+(?:\.[\w-]+)+/y, undefined],
  ];
  for (const [literal, bad] of table) {
    const why = await judge({ literal: String(literal), pattern: literal.source, flags: literal.flags, place: '' });
    if (bad) assert.match(why ?? '', bad, String(literal));
    else assert.equal(why, undefined, String(literal));
  }
});
