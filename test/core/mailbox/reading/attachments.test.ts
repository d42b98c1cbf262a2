// An attachment is read in pieces, and its message is parsed once for all of them.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createAttachments } from '../../../../core/mailbox/reading/attachments.ts';
import { type TakeApart, takeApartHere } from '../../../../core/mailbox/reading/take-apart.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const message = (base64: string) =>
  `Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=a.bin\nContent-Transfer-Encoding: base64\n\n${base64}\n`;

test('attachments: a file of several pieces → each once, and its message taken apart once for all of them', async t => {
  const path = join(tempDir(t), '1.a');
  const bytes = Buffer.alloc(9_000_000, 'soundings ');
  writeFileSync(path, message(bytes.toString('base64').replace(/.{76}/g, '$&\n')));
  let takenApart = 0;
  const counted: TakeApart = {
    ...takeApartHere,
    attachment(...asked) {
      takenApart++;
      return takeApartHere.attachment(...asked);
    },
  };
  const clock = steppedClock(0);
  const { read } = createAttachments(counted, clock);
  const piece = (offset: number) => read({ id: 'INBOX/1.a', part: 0, offset }, path);
  const pieces: Buffer[] = [];
  for (let offset = 0; offset < bytes.length; offset += pieces.at(-1)?.length ?? 0) {
    const { name, base64, sizeBytes } = await piece(offset);
    assert.deepEqual([name, sizeBytes], ['a.bin', bytes.length]);
    pieces.push(Buffer.from(base64, 'base64'));
  }
  assert.deepEqual([pieces.length, takenApart], [3, 1]);
  assert.ok(Buffer.concat(pieces).equals(bytes));
  assert.equal((await piece(bytes.length)).base64, '', 'behind its end');

  takenApart = 0;
  await piece(0);
  clock.pass(31_000);
  await piece(4 * 1024 * 1024);
  assert.equal(takenApart, 2, 'what nobody fetches is kept no longer');
});
