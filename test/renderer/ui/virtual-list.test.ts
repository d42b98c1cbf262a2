// Which rows of a long list are on screen, how far it scrolls to show one, and the ticks of a time axis.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { scrollToShow, visibleRows } from '../../../renderer/ui/virtual-list.ts';
import { timeTicks } from '../../../renderer/views/queue/series.ts';

const view = { scrollTop: 0, height: 540, rowHeight: 54, total: 1000 };

test('visibleRows: first and last on screen, and some beyond', () => {
  assert.deepEqual(visibleRows(view), { first: 0, last: 9 });
  assert.deepEqual(visibleRows({ ...view, scrollTop: 60 }), { first: 1, last: 11 });
  assert.deepEqual(visibleRows({ ...view, scrollTop: 5400 }, 8), { first: 92, last: 117 });
  assert.deepEqual(visibleRows({ ...view, total: 0 }), { first: 0, last: -1 });
  assert.deepEqual(visibleRows({ ...view, total: 3 }), { first: 0, last: 2 });
});

test('visibleRows: any position → within the list, also when the list became shorter', () => {
  const views = fc.record({
    scrollTop: fc.nat(100_000),
    height: fc.nat(2000),
    rowHeight: fc.constantFrom(32, 54),
    total: fc.nat(500),
  });
  fc.assert(
    fc.property(views, fc.nat(20), (any, beyond) => {
      const { first, last } = visibleRows(any, beyond);
      assert.ok(first >= 0 && last < any.total && (any.total === 0 || first < any.total));
    }),
  );
});

test('scrollToShow: moves as little as possible', () => {
  assert.equal(scrollToShow(view, 5), 0);
  assert.equal(scrollToShow(view, 10), 54);
  assert.equal(scrollToShow({ ...view, scrollTop: 540 }, 3), 162);
  assert.equal(scrollToShow({ ...view, scrollTop: 540 }, 10), 540);
});

test('timeTicks: round times of the reader’s zone, not too many', () => {
  const at = (text: string) => new Date(text).getTime();
  assert.deepEqual(timeTicks(at('2026-11-21T10:03:00'), at('2026-11-21T11:02:00'), 8), [
    at('2026-11-21T10:10:00'),
    at('2026-11-21T10:20:00'),
    at('2026-11-21T10:30:00'),
    at('2026-11-21T10:40:00'),
    at('2026-11-21T10:50:00'),
    at('2026-11-21T11:00:00'),
  ]);
  assert.ok(timeTicks(at('2026-11-20T11:00:00'), at('2026-11-21T11:00:00'), 8).length <= 9);
});
