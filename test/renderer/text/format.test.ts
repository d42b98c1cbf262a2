// Dates, durations, sizes and addresses in the shortest form that is clear.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calendarSpan, duration, listDate, listener, longDate, nextTime, size } from '../../../renderer/text/format.ts';

/** Local time, in any zone of the machine. */
const at = (text: string) => new Date(text).getTime();
const now = at('2026-11-21T10:42:00');

test('listDate: the shortest date that is clear', () => {
  const table: [string, string][] = [
    ['2026-11-21T10:05:00', '10:05'],
    ['2026-11-21T00:00:00', '00:00'],
    ['2026-11-20T23:59:59', 'Fri'],
    ['2026-11-15T12:00:00', 'Sun'],
    ['2026-11-14T12:00:00', '14 Nov'],
    ['2026-01-02T12:00:00', '2 Jan'],
    ['2025-12-31T12:00:00', '31 Dec 2025'],
    ['2026-11-22T09:00:00', '22 Nov'],
  ];
  assert.deepEqual(
    table.map(([date]) => listDate(at(date), now)),
    table.map(([, words]) => words),
  );
});

test('longDate: today and yesterday by name', () => {
  const dates = ['2026-11-21T10:05:00', '2026-11-20T23:01:00', '2024-03-03T07:00:00'];
  assert.deepEqual(
    dates.map(date => longDate(at(date), now)),
    ['Today 10:05', 'Yesterday 23:01', '3 Mar 2024 07:00'],
  );
});

test('nextTime: the day only where it is another one', () => {
  assert.equal(nextTime(at('2026-11-21T10:58:00'), now), '10:58');
  assert.equal(nextTime(at('2026-11-22T01:30:00'), now), 'Sun 01:30');
});

test('duration: two units at most, never negative', () => {
  const table: [number, string][] = [
    [-5_000, '0 s'],
    [0, '0 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [16 * 60_000, '16 min'],
    [59.6 * 60_000, '1 h'],
    [130 * 60_000, '2 h 10 min'],
    [47 * 3_600_000, '47 h'],
    [48 * 3_600_000, '2 d'],
    [76 * 3_600_000, '3 d 4 h'],
  ];
  assert.deepEqual(
    table.map(([ms]) => duration(ms)),
    table.map(([, words]) => words),
  );
});

test('size: powers of 1000, one decimal where it tells something', () => {
  const table: [number, string][] = [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [182_400, '182 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [1_240_000, '1.2 MB'],
    [12_400_000, '12 MB'],
    [3_000_000_000, '3.0 GB'],
  ];
  assert.deepEqual(
    table.map(([bytes]) => size(bytes)),
    table.map(([, words]) => words),
  );
});

test('listener: an IPv6 address stands in brackets', () => {
  assert.equal(listener({ address: '127.0.0.1', port: 25 }), '127.0.0.1:25');
  assert.equal(listener({ address: '::1', port: 2525 }), '[::1]:2525');
});

test('calendarSpan: events of an hour, of days, in another zone → when they are, once', () => {
  const time = (local: string, zone = '') => ({ local, zone });
  const berlin = 'Europe/Berlin';
  const table: [Parameters<typeof calendarSpan>[0], Parameters<typeof calendarSpan>[1], RegExp][] = [
    [
      time('2026-12-01T10:00:00', berlin),
      time('2026-12-01T11:00:00', berlin),
      /^Tuesday.*1 December 2026.*10:00.*11:00 \(Europe\/Berlin\)$/,
    ],
    [time('2026-12-01T10:00:00'), null, /^Tuesday.*1 December 2026.*10:00$/],
    [time('2026-12-01'), time('2026-12-02'), /^Tuesday.*1 December 2026$/],
    [time('2026-12-01'), time('2026-12-04'), /^Tuesday.*1.*Thursday.*3 December 2026$/],
    [
      time('2026-12-01T10:00:00', berlin),
      time('2026-12-01T11:00:00', 'Asia/Tokyo'),
      /Berlin\) – .*11:00 \(Asia\/Tokyo\)$/,
    ],
    [time('2026-13-01T10:00:00'), null, /^2026-13-01T10:00:00$/],
  ];
  for (const [start, end, words] of table) assert.match(calendarSpan(start, end), words);
  assert.equal(calendarSpan(time('2026-12-01T10:00:00'), time('2026-12-01T11:00:00')).match(/2026/g)?.length, 1);
});
