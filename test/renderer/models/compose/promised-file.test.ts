// An attachment that the author's own words promise is noticed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { promisedFile } from '../../../../renderer/models/compose/promised-file.ts';

test('promisedFile: the author’s own words only', () => {
  const table: [string, string, string | undefined][] = [
    ['Berth', 'The plan is attached.', 'attached'],
    ['Berth', '> The plan is attached.\nThank you', undefined],
    ['Berth', 'Yours\n-- \nAttachments welcome', undefined],
    ['Re: the attachment', 'Thank you', undefined],
    ['Enclosed: plan', 'Here', 'Enclosed'],
    ['Berth', 'I am detached from it', undefined],
  ];
  assert.deepEqual(
    table.map(([subject, body]) => promisedFile(subject, body)),
    table.map(([, , word]) => word),
  );
});
