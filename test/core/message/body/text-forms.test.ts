// The texts of a message as HTML: what a window cannot show, and what would only be costly.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { htmlText } from '../../../../core/message/body/text-forms.ts';

const limits = { length: 100, tags: 1, depth: 10, attributes: 10 };

test('htmlText: control characters → blanks, as JSON would make six bytes of each; line ends and tabs stay', () => {
  assert.deepEqual(htmlText([{ plain: '', html: '<p>a\x00b\x01\x1f\t\r\n\fc' }], limits), {
    html: '<p>a b  \t\r\n\fc',
    tooMuch: false,
  });
});

test('htmlText: tags that control characters interrupt → no tags, and none that the limit did not count', () => {
  assert.deepEqual(htmlText([{ plain: '', html: '<p><\x01p><\x00p>' }], limits), {
    html: '<p>< p>< p>',
    tooMuch: false,
  });
});
