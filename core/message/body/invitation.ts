// Parses a text/calendar part (RFC 5545, RFC 5546) with ical.js, as far as is needed to describe an invitation.
import ICAL from 'ical.js';
import { oneLine } from '../encodings/display-text.ts';

/** A time as it was written, in the time zone `zone`. */
interface CalendarTime {
  /** `2026-12-01T10:00:00`; a day without a time has none. */
  readonly local: string;
  /** `UTC`, the zone's name, or `''`: the reader's local time. */
  readonly zone: string;
}

export interface Invitation {
  /** `REQUEST`, `CANCEL`, `REPLY`, `PUBLISH`, …; `''`: not given. */
  readonly method: string;
  readonly summary: string;
  readonly location: string;
  /** A name or an address. */
  readonly organizer: string;
  readonly start: CalendarTime | null;
  readonly end: CalendarTime | null;
  /** It is a recurring event. */
  readonly repeats: boolean;
}

/** Invitations are short; an export of a whole calendar is treated as an ordinary file. */
const maxLength = 64 * 1024;
const maxWords = 500;

/** @param method from the part's type; `''`: use that of the calendar @returns undefined if it is not a calendar with an event */
export function readInvitation(text: string, method: string): Invitation | undefined {
  if (text.length > maxLength) return undefined;
  try {
    const calendar = new ICAL.Component(ICAL.parse(text));
    const event = calendar.getFirstSubcomponent('vevent') ?? calendar.getFirstSubcomponent('vtodo');
    if (!event) return undefined;
    const words = (value: unknown) => oneLine(String(value ?? '').slice(0, maxWords));
    const organizer = event.getFirstProperty('organizer');
    return {
      method: words(method || calendar.getFirstPropertyValue('method')).toUpperCase(),
      summary: words(event.getFirstPropertyValue('summary')),
      location: words(event.getFirstPropertyValue('location')),
      organizer: words(organizer?.getFirstParameter('cn') || organizer?.getFirstValue()).replace(/^mailto:/i, ''),
      start: timeOf(event.getFirstProperty('dtstart')),
      end: timeOf(event.getFirstProperty('dtend') ?? event.getFirstProperty('due')),
      repeats: event.hasProperty('rrule') || event.hasProperty('rdate'),
    };
  } catch {
    return undefined; // it can still be saved
  }
}

function timeOf(property: ICAL.Property | null): CalendarTime | null {
  const value = timeIn(property);
  if (!property || !(value instanceof ICAL.Time)) return null;
  const local = value.toString().replace(/Z$/, '');
  if (!/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2})?$/.test(local)) return null;
  const isUtc = value.toString().endsWith('Z');
  return { local, zone: isUtc ? 'UTC' : oneLine(property.getFirstParameter('tzid') ?? '').slice(0, 100) };
}

/** An invalid time does not affect the rest. */
function timeIn(property: ICAL.Property | null): unknown {
  try {
    return property?.getFirstValue();
  } catch {
    return undefined;
  }
}
