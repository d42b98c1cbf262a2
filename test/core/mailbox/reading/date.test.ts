// Date fields as all sorts of programs write them are read as the moment that was meant, or as none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDate } from '../../../../core/mailbox/reading/date.ts';

test('parseDate: contents of Date fields → milliseconds, or undefined for anything but a date', () => {
  const table: [text: string, iso: string | undefined][] = [
    ['Sat, 21 Nov 2026 12:00:01 +0100', '2026-11-21T11:00:01.000Z'],
    ['21 Nov 2026 12:00 -0330', '2026-11-21T15:30:00.000Z'],
    ['Tue, 26 Sep 1995 04:46:53 GMT (UTC)', '1995-09-26T04:46:53.000Z'],
    ['26 Sep 95 04:46:53 EST', '1995-09-26T09:46:53.000Z'],
    ['26 Sep 05 04:46:53 Z', '2005-09-26T04:46:53.000Z'],
    ['Fri, 7 Jan 100 10:00:00 +0000', '2000-01-07T10:00:00.000Z'],
    ['Wed,21-October-2026 09.05.06 +0000', '2026-10-21T09:05:06.000Z'],
    ['Tue Sep 26 04:46:53 1995', '1995-09-26T04:46:53.000Z'],
    ['2026-11-21T12:00:01+01:00', '2026-11-21T11:00:01.000Z'],
    ['2026-11-21 12:00', '2026-11-21T12:00:00.000Z'],
    ['', undefined],
    ['yesterday', undefined],
    ['1', undefined],
    ['32 Nov 2026 12:00:00 +0000', undefined],
    ['21 Nox 2026 12:00:00 +0000', undefined],
    ['21 Nov 2026 25:00:00 +0000', undefined],
    ['2026-99-99T99:99:99Z', undefined],
  ];
  for (const [text, iso] of table) {
    const at = parseDate(text);
    assert.equal(at === undefined ? undefined : new Date(at).toISOString(), iso, text);
  }
});
