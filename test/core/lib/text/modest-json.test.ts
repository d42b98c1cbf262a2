// JSON of clients, with as many values as a call can have.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseModestJson } from '../../../../core/lib/text/modest-json.ts';

test('JSON: any value → as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), value => {
      const text = JSON.stringify(value);
      assert.deepEqual(parseModestJson(text), JSON.parse(text));
    }),
  );
});

const modest: Record<string, string> = {
  'a string of brackets': JSON.stringify('['.repeat(200_000)),
  'a string of quotes and backslashes': JSON.stringify('\\"['.repeat(200_000)),
  'ten thousand IDs': JSON.stringify(Array.from({ length: 10_000 }, (_, at) => `new/${at}`)),
};

for (const [what, text] of Object.entries(modest)) {
  test(`JSON: ${what} → read`, () => assert.deepEqual(parseModestJson(text), JSON.parse(text)));
}

const excessive: Record<string, string> = {
  'a hundred levels of lists': `${'['.repeat(100)}${']'.repeat(100)}`,
  'a hundred levels of objects': `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`,
  'many lists': `[${'[],'.repeat(100_000)}1]`,
  'many numbers': `[${'1,'.repeat(200_000)}1]`,
  'many keys': `{${Array.from({ length: 200_000 }, (_, at) => `"${at}":1`).join(',')}}`,
};

for (const [what, text] of Object.entries(excessive)) {
  test(`JSON: ${what} → refused`, () => assert.throws(() => parseModestJson(text), /too many values/));
}

test('JSON: what is not JSON → refused as by JSON.parse', () => {
  for (const text of ['', '"', '"\\"', '[', 'x', '"a\\\\\\"']) {
    assert.throws(() => parseModestJson(text), SyntaxError);
  }
});
