// What strangers wrote, on a terminal.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable, printableJson } from '../../../../core/lib/text/printable.ts';

const hostile = 'a\x1b[2J\x9b2J\u202eb\u2066\x7f\r\tc\nd';

test('printable: control characters of seven and eight bits, marks of direction → ?; lines and tabs stay', () => {
  assert.equal(printable(hostile), 'a?[2J?2J?b???\tc\nd');
  assert.equal(printable('Größe 大 \u{1f600}'), 'Größe 大 \u{1f600}');
});

test('printableJson: the same → escaped, and the same value when it is read', () => {
  const json = printableJson({ hostile });
  assert.match(json, /^[\n -~]+\n$/);
  assert.deepEqual(JSON.parse(json), { hostile });
});
