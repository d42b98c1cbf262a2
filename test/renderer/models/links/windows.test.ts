// Opening and shutting hours of a link changes its lines as little as possible.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatWindow, parseWindow, type UsageWindow } from '../../../../core/api/link-grammar.ts';
import { isOpen } from '../../../../core/control/links/windows.ts';
import { type Hour, hoursOf, withHours } from '../../../../renderer/models/links/windows.ts';

const read = (lines: readonly string[]) =>
  lines.map(line => parseWindow(line)).filter((each): each is UsageWindow => each !== undefined);
const written = (windows: readonly UsageWindow[]) => windows.map(formatWindow);

test('windows: an hour opened or shut → the fewest lines that say so', () => {
  const monday = [6, 7].map(hour => ({ day: 1, hour }));
  const cases: readonly [readonly string[], readonly Hour[], boolean, readonly string[]][] = [
    [[], monday, true, ['mon 06:00-08:00']],
    [['mon 06:00-06:15'], [{ day: 1, hour: 6 }], true, ['mon 06:00-07:00']],
    [['mon-fri 06:00-08:00'], [{ day: 3, hour: 7 }], false, ['mon,tue,thu,fri 06:00-08:00', 'wed 06:00-07:00']],
    [['mon-fri 06:00-08:00'], [6, 0].flatMap(day => [6, 7].map(hour => ({ day, hour }))), true, ['daily 06:00-08:00']],
    [['daily 22:00-06:00'], [{ day: 2, hour: 12 }], true, ['daily 22:00-06:00', 'tue 12:00-13:00']],
    [['sat 22:00-06:00'], [{ day: 6, hour: 23 }], false, ['sat 22:00-23:00', 'sun 00:00-06:00']],
    [['sun 23:00-24:00'], [{ day: 1, hour: 0 }], true, ['sun 23:00-01:00']],
    [['mon 06:00-07:00'], [{ day: 1, hour: 6 }], false, []],
  ];
  assert.deepEqual(
    cases.map(([lines, hours, open]) => written(withHours(read(lines), hours, open))),
    cases.map(([, , , expected]) => expected),
  );
});

test('windows: any changes → what was not changed is open as before, by the minute; a part of an hour shows', () => {
  const window = fc.record({
    days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }).map(days => days.sort((a, b) => a - b)),
    from: fc.integer({ min: 0, max: 1439 }),
    to: fc.integer({ min: 1, max: 1440 }),
  });
  const valid = fc.array(
    window.filter(({ from, to }) => from !== to && !(from > 0 && to === 1440 && from === to)),
    { maxLength: 4 },
  );
  const at = (day: number, hour: number, minute: number) => new Date(2026, 10, 29 + day, hour, minute);
  fc.assert(
    fc.property(valid, fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 23 }), (windows, day, hour) => {
      const opened = withHours(windows, [{ day, hour }], true);
      assert.equal(hoursOf(opened)[day]?.[hour], 'open');
      for (const [d, h, m] of [0, 3, 6].flatMap(d =>
        [0, 5, 23].flatMap(h => [0, 29, 59].map(m => [d, h, m] as const)),
      )) {
        const before = windows.length > 0 && isOpen(windows, at(d, h, m));
        const expected = before || (d === day && h === hour);
        assert.equal(isOpen(opened, at(d, h, m)), expected, written(opened).join('; '));
      }
    }),
  );
  assert.deepEqual(hoursOf(read(['mon 06:00-07:15']))[1]?.slice(5, 9), ['shut', 'open', 'part', 'shut']);
});
