// After any sequence of changes a mailbox has the counts and the order of a plain recount.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createFolder } from '../../../../core/mailbox/boxes/folder.ts';
import { formatFileName } from '../../../../core/mailbox/files/names.ts';
import type { Summary } from '../../../../core/mailbox/reading/summary.ts';

const slice = { isOver: () => true, next: () => Promise.resolve() };

function summary(dateMs: number): Summary {
  const from = { name: '', address: '' };
  return { from, to: [], subject: '', preview: '', dateMs, sizeBytes: 1, attachments: false };
}

test('folder: any sequence of changes → counts and order are those of a plain recount', async () => {
  const step = fc.record({
    act: fc.constantFrom('new', 'cur', 'drop', 'describe', 'forget', 'list'),
    unique: fc.integer({ min: 0, max: 8 }).map(n => `u${n}`),
    letters: fc.constantFrom('', 'S', 'F', 'FS'),
    dateMs: fc.integer({ min: 0, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
      const folder = createFolder('INBOX');
      const model = new Map<string, { seen: boolean; dateMs: number | undefined }>();
      for (const { act, unique, letters, dateMs } of steps) {
        const entry = folder.entries.get(unique);
        const known = model.get(unique);
        if (act === 'new' || act === 'cur') {
          folder.put(act, act === 'new' ? unique : formatFileName(unique, letters));
          model.set(unique, { seen: act === 'cur' && letters.includes('S'), dateMs: known?.dateMs });
        } else if (act === 'list') await folder.newestFirst(slice);
        else if (entry && known) {
          if (act === 'drop') {
            folder.drop(entry);
            folder.drop(entry);
            model.delete(unique);
          } else {
            known.dateMs = act === 'describe' ? dateMs : undefined;
            folder.describe(entry, known.dateMs === undefined ? undefined : summary(known.dateMs));
          }
        }
      }
      const expected = [...model].sort(([a, x], [b, y]) => (y.dateMs ?? 0) - (x.dateMs ?? 0) || (a < b ? 1 : -1));
      assert.deepEqual(
        {
          total: folder.total(),
          unread: folder.unread(),
          undescribed: folder.undescribed(),
          order: (await folder.newestFirst(slice)).map(entry => entry.unique),
        },
        {
          total: model.size,
          unread: expected.filter(([, { seen }]) => !seen).length,
          undescribed: expected.filter(([, { dateMs }]) => dateMs === undefined).length,
          order: expected.map(([unique]) => unique),
        },
      );
    }),
  );
});

test('newestFirst: many messages, changes between the slices → all there and in order in the end', async () => {
  const folder = createFolder('INBOX');
  const count = 20_000;
  for (let n = 0; n < count; n++) folder.put('new', `${1_700_000_000 + ((n * 7919) % count)}.${n}.h`);
  const first = folder.newestFirst({
    isOver: () => true,
    async next() {
      folder.put('new', '1800000000.late.h');
    },
  });
  const second = folder.newestFirst(slice);
  assert.equal((await first).length, count);
  const order = (await second).map(entry => entry.unique);
  assert.equal(order.length, count + 1);
  assert.deepEqual(order, [...order].sort().reverse());
});
