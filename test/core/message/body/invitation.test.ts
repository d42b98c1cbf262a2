// An invitation (iCalendar) is read as what, when, where and from whom; broken ones do no harm.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readInvitation } from '../../../../core/message/body/invitation.ts';

function calendar(...lines: string[]): string {
  return ['BEGIN:VCALENDAR', 'METHOD:REQUEST', 'BEGIN:VEVENT', ...lines, 'END:VEVENT', 'END:VCALENDAR', ''].join(
    '\r\n',
  );
}

test('readInvitation: an event → what it is, when, where and from whom', () => {
  const text = calendar(
    'SUMMARY:Crew\\, and ti',
    ' de',
    'LOCATION:Harbour\\nPier 2',
    'ORGANIZER;CN="Inés":mailto:ines@shore.example',
    'DTSTART;TZID=Europe/Berlin:20261201T100000',
    'DTEND;TZID=Europe/Berlin:20261201T110000',
  );
  assert.deepEqual(readInvitation(text, ''), {
    method: 'REQUEST',
    summary: 'Crew, and tide',
    location: 'Harbour Pier 2',
    organizer: 'Inés',
    start: { local: '2026-12-01T10:00:00', zone: 'Europe/Berlin' },
    end: { local: '2026-12-01T11:00:00', zone: 'Europe/Berlin' },
    repeats: false,
  });
  assert.equal(readInvitation(text, 'cancel')?.method, 'CANCEL', 'the type of the part is asked first');
});

test('readInvitation: times of all kinds, and parts that are not a calendar → no error', () => {
  const start = (line: string) => readInvitation(calendar(line), '')?.start;
  assert.deepEqual(start('DTSTART:20261201T100000Z'), { local: '2026-12-01T10:00:00', zone: 'UTC' });
  assert.deepEqual(start('DTSTART;VALUE=DATE:20261201'), { local: '2026-12-01', zone: '' });
  assert.deepEqual(start('DTSTART:20261201T100000'), { local: '2026-12-01T10:00:00', zone: '' });
  assert.equal(start('DTSTART:soon'), null);
  assert.equal(readInvitation(calendar('RRULE:FREQ=DAILY'), '')?.repeats, true);
  const none = [
    '',
    'no calendar',
    'BEGIN:VCALENDAR\nEND:VCALENDAR\n',
    'BEGIN:VCALENDAR\nBEGIN:VEVENT\n',
    calendar('x'.repeat(70_000)),
  ];
  for (const text of none) assert.equal(readInvitation(text, ''), undefined, text.slice(0, 50));
});
