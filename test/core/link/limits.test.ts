// Which limit ends a contact, and what is said of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLink } from '../../../core/control/links/link-file.ts';
import { contactLimits } from '../../../core/link/limits.ts';

const noon = new Date(2026, 10, 30, 12, 0).getTime();
const ofContact = 'the limit of a contact is reached';
const ofDay = "the day's limit is reached";
const infinite = Number.POSITIVE_INFINITY;

const cases: [file: string, isForced: boolean, ms: [number, string], bytes: [number, string]][] = [
  ['', false, [infinite, ofContact], [infinite, ofContact]],
  ['contact-minutes 15\n', false, [900_000, ofContact], [infinite, ofContact]],
  ['contact-minutes 15\nday-minutes 20\n', false, [600_000, ofDay], [infinite, ofContact]],
  ['contact-minutes 15\nday-minutes 20\n', true, [900_000, ofContact], [infinite, ofContact]],
  ['contact-bytes 5000\nday-bytes 4000\nday-minutes 60\n', false, [3_000_000, ofDay], [3000, ofDay]],
  ['contact-bytes 2000\nday-bytes 4000\n', false, [infinite, ofContact], [2000, ofContact]],
];

for (const [file, isForced, ms, bytes] of cases) {
  test(`contact limits: ${file.trim().replaceAll('\n', ', ') || 'none'}${isForced ? ', forced' : ''} → the tighter one of each kind, by its name`, () => {
    const { link } = parseLink('radio', `server 192.0.2.1\n${file}`);
    const today = { day: '2026-11-30', ms: 600_000, bytes: 1000 };
    const limits = contactLimits(link, today, noon, isForced);
    assert.deepEqual(
      [limits.ms, limits.bytes].map(({ most, why }) => [most, why]),
      [ms, bytes],
    );
  });
}
