// Every test asserts something.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { testsWithoutAssertion } from './assertions.ts';

const root = join(import.meta.dirname, '../..');

test('tests: every block → asserts, itself or through a function that it calls', () => {
  const paths = globSync('test/**/*.{ts,tsx}', { cwd: root });
  assert.ok(paths.length > 400);
  const sources = new Map(paths.map(path => [path, readFileSync(join(root, path), 'utf8')]));
  assert.deepEqual(testsWithoutAssertion(sources), []);
});

test('testsWithoutAssertion: blocks that only call or wait, and those that assert in any way → only the first', () => {
  const source = `import { far as away, until } from './far.ts';
    test('only calls', () => { run(); });
    test('only waits', async () => { await until('it', () => true); });
    test('asserts', () => { assert.ok(1); });
    test('asserts through a function', () => { check(1); });
    test('asserts through another file', () => { away(); });
    test('waits for the page', async () => { await page.getByText('x').waitFor(); });
    test('hands a function on', () => { each(check); });
    test('with options', { timeout: 1 }, () => { run(); });
    function run() {}
    const check = (n) => assert.equal(n, 1);
  `;
  const sources = new Map([
    ['a.test.ts', source],
    ['far.ts', 'export function far() { assert.ok(1); } export function until() { throw new Error("too long"); }'],
  ]);
  assert.deepEqual(testsWithoutAssertion(sources), ['a.test.ts:2', 'a.test.ts:3', 'a.test.ts:9']);
});
