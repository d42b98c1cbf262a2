// What a text/calendar part says (RFC 5545, RFC 5546), read with ical.js: enough to show an invitation in words.
import ICAL from 'ical.js';
import { oneLine } from '../encodings/display-text.ts';

/** A time as it was written: on the clocks of `zone`. */
interface CalendarTime {
  /** `2026-12-01T10:00:00`; a day without a time has none. */
  readonly local: string;
  /** `UTC`, the zone's name, or `''`: wherever the reader is. */
  readonly zone: string;
}

export interface Invitation {
  /** What it is sent for: `REQUEST`, `CANCEL`, `REPLY`, `PUBLISH`, …; `''`: it does not say. */
  readonly method: string;
  readonly summary: string;
  readonly location: string;
  /** A name or an address. */
  readonly organizer: string;
  readonly start: CalendarTime | null;
  readonly end: CalendarTime | null;
  /** It comes again and again. */
  readonly repeats: boolean;
}

/** Invitations are short; an export of a whole calendar is a file like others. */
const maxLength = 64 * 1024;
const maxWords = 500;

/** @param method as the part's type has it; `''`: the calendar says it @returns undefined: it is no calendar with an event */
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
    return undefined; // it can be saved all the same
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

/** One time that is none does not spoil the rest. */
function timeIn(property: ICAL.Property | null): unknown {
  try {
    return property?.getFirstValue();
  } catch {
    return undefined;
  }
}
