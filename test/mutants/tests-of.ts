// Which tests see a file: those that import it, the nearest first.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

/** Tests that take long, and tests of tests. */
const others = /^test\/(?:bench|crash|fuzz|growth|interop|mutants|check)\//;
/** A fault that the nearest of all tests do not notice counts as not noticed. */
const mostTests = 24;

/** @returns from a file to the tests that import it, over any number of files: those of its own folder first, then the nearest */
export function testsByFile(root: string): (file: string, folder: string) => string[] {
  const tests = globSync('test/**/*.test.ts', { cwd: root }).filter(path => !others.test(path));
  const imports = new Map<string, readonly string[]>();

  function importsOf(file: string): readonly string[] {
    const known = imports.get(file);
    if (known) return known;
    const source = readFileSync(join(root, file), 'utf8');
    const found = [...source.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)]
      .map(([, path = '']) => posix.join(dirname(file), path))
      .filter(path => /\.tsx?$/.test(path) && globSync(path, { cwd: root }).length > 0);
    imports.set(file, found);
    return found;
  }

  /** How many imports lead from a test to the file; undefined: none do. */
  function distance(test: string, file: string): number | undefined {
    const seen = new Set([test]);
    for (let front = [test], steps = 0; front.length > 0; steps++) {
      if (front.includes(file)) return steps;
      front = front.flatMap(importsOf).filter(path => !seen.has(path) && seen.add(path));
    }
    return undefined;
  }

  return (file, folder) =>
    tests
      .map(test => ({ test, isOwn: test.startsWith(`${folder}/`), steps: distance(test, file) }))
      .filter((found): found is { test: string; isOwn: boolean; steps: number } => found.steps !== undefined)
      .sort((one, other) => Number(other.isOwn) - Number(one.isOwn) || one.steps - other.steps)
      .slice(0, mostTests)
      .map(({ test }) => test);
}
