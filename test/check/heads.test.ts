// Every file says in its first lines what it is for.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { filesWithoutHead } from './heads.ts';

const root = join(import.meta.dirname, '../..');

test('files: each of core, main, renderer and test → opens with a sentence', () => {
  const paths = globSync('{core,main,renderer,test}/**/*.{ts,tsx}', { cwd: root });
  assert.ok(paths.length > 1500);
  const sources = new Map(paths.map(path => [path, readFileSync(join(root, path), 'utf8')]));
  assert.deepEqual(filesWithoutHead(sources).sort(), []);
});

test('filesWithoutHead: no comment first, one for a tool, one that is no sentence → found; sentences of any form → not', () => {
  const good = {
    line: '// Reads the log.\nimport x;',
    'two lines': '// tcprules: reads rules, as\n// djb’s program does.\n',
    block: '/** Time, passed in so that tests own it. */\n',
    'long block': '/*\n * The `waypost` command,\n * and others. It is small.\n */\n',
    program: '#!/usr/bin/env node\n// The waypost command.\n',
  };
  const bad = {
    nothing: '',
    code: 'import x;\n// Reads the log.\n',
    blank: '\n// Reads the log.\n',
    'interpreter only': '#!/usr/bin/env node\nimport x;\n',
    'for a compiler': '// @ts-expect-error this is not one.\nimport x;',
    'for a linter': '// biome-ignore lint: it is as it is.\nimport x;',
    reference: '/// <reference lib="dom" /> for the page.\n',
    heading: '// Log reading\nimport x;',
    words: '// Log reader.\nimport x;',
  };
  assert.deepEqual(filesWithoutHead(new Map(Object.entries({ ...good, ...bad }))), Object.keys(bad));
});
