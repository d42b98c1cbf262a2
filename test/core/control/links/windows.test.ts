// The windows of a link: which hours are open, and when that changes next.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseWindow, type UsageWindow } from '../../../../core/api/link-grammar.ts';
import { isOpen, nextChange } from '../../../../core/control/links/windows.ts';

// 2026-11-30 is a Monday.
const at = (day: number, hours: number, minutes = 0) => new Date(2026, 10, 29 + day, hours, minutes);

test('a window that passes midnight belongs to the day on which it starts', () => {
  const windows = [parseWindow('mon 22:00-06:00') as UsageWindow];
  assert.deepEqual(
    [at(1, 21, 59), at(1, 22), at(2, 5, 59), at(2, 6), at(1, 3), at(2, 23)].map(when => isOpen(windows, when)),
    [false, true, true, false, false, false],
  );
});

test('the next change is the start or the end of a window', () => {
  const windows = [parseWindow('mon-fri 06:00-06:15') as UsageWindow, parseWindow('mon 06:15-06:30') as UsageWindow];
  assert.deepEqual(nextChange(windows, at(1, 5)), at(1, 6));
  assert.deepEqual(nextChange(windows, at(1, 6)), at(1, 6, 30));
  assert.deepEqual(nextChange(windows, at(5, 6, 15)), at(8, 6));
  assert.equal(nextChange([], at(1, 5)), undefined);
  assert.equal(nextChange([parseWindow('daily 00:00-24:00') as UsageWindow], at(1, 5)), undefined);
});

test('between now and the next change nothing changes', () => {
  const window = fc
    .record({
      days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
      from: fc.integer({ min: 0, max: 1439 }),
      to: fc.integer({ min: 0, max: 1440 }),
    })
    .filter(({ from, to }) => from !== to);
  fc.assert(
    fc.property(
      fc.array(window, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 0, max: 14 * 1440 }),
      (windows, minute) => {
        const now = new Date(2026, 5, 1, 0, minute);
        const open = isOpen(windows, now);
        const change = nextChange(windows, now)?.getTime() ?? now.getTime() + 8 * 86_400_000;
        for (let when = now.getTime(); when < change; when += 60_000)
          assert.equal(isOpen(windows, new Date(when)), open);
      },
    ),
    { numRuns: 30 },
  );
});
