// Dates as mess822 reads them, with zones by name, and the one form in which they are written.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dateOfMoment, formatDate, momentOfDate, readDate } from '../../../../core/message/header/normal-date.ts';

const dates: readonly (readonly [string, string | undefined])[] = [
  ['26 Sep 1995 04:46:00 -0400', '26 Sep 1995 04:46:00 -0400'],
  ['Sat, 15 Aug 98 13:32:12 EST', '15 Aug 1998 13:32:12 -0500'],
  ['Sat, 15 AUG 98 13 : 32 : 12 est DST', '15 Aug 1998 13:32:12 -0400'],
  ['5 Jan 24 1:2 +0130 (comment)', '5 Jan 2024 01:02:00 +0130'],
  ['5 Jan 50 1:2 GMT', '5 Jan 1950 01:02:00 +0000'],
  ['5 Jan 101 1:2 UT', '5 Jan 2001 01:02:00 +0000'],
  ['5 Jan 2024 1:2:3 -0000', '5 Jan 2024 01:02:03 -0000'],
  ['Mon; Tue, 5 Jan 2024 1:2:3 jst', '5 Jan 2024 01:02:03 +0900'],
  ['5 Jan 2024 1:2:3 METDST', '5 Jan 2024 01:02:03 +0200'],
  ['5 Jan 2024 1:2:3', undefined],
  ['5 Jan 2024 1:2:3 XYZ', undefined],
  ['5 Foo 2024 1:2:3 GMT', undefined],
  ['Jan 5 2024 1:2:3 GMT', undefined],
  ['2024-01-05 1:2:3 GMT', undefined],
  ['', undefined],
];

test('readDate: dates of all times → one form, or none', () => {
  assert.deepEqual(
    dates.map(([value]) => {
      const date = readDate(value);
      return [value, date && formatDate(date)];
    }),
    dates,
  );
});

const zones = {
  '+0000': ['UT', 'GMT'],
  '+0100': ['BST', 'CET', 'MET'],
  '+0200': ['EET', 'IST', 'METDST'],
  '+0800': ['HKT'],
  '+0900': ['JST'],
  '-0400': ['EDT'],
  '-0500': ['EST', 'CDT'],
  '-0600': ['CST', 'MDT'],
  '-0700': ['MST', 'PDT'],
  '-0800': ['PST'],
};

test('readDate: each zone that has a name → its number', () => {
  for (const [number, names] of Object.entries(zones)) {
    for (const name of names) {
      const date = readDate(`1 Jan 2024 0:0 ${name}`);
      assert.equal(date && formatDate(date), `1 Jan 2024 00:00:00 ${number}`, name);
    }
  }
});

test('momentOfDate: a date with a zone → its moment; a moment → its date in UTC', () => {
  const date = readDate('26 Sep 1995 04:46:00 -0400') ?? assert.fail();
  assert.equal(momentOfDate(date), Date.UTC(1995, 8, 26, 8, 46));
  fc.assert(
    fc.property(fc.integer({ min: -5_000_000_000_000, max: 50_000_000_000_000 }), atMs => {
      assert.equal(momentOfDate(dateOfMoment(atMs)), Math.floor(atMs / 1000) * 1000);
    }),
  );
});
