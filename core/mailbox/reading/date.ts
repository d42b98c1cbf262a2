// The Date field of a message (RFC 5322 section 3.3 with the obsolete forms of 4.3), as lenient as the mail in old
// Maildirs needs and no more: what is not a date is undefined, never a guess.

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

// Obsolete zone names; all others (and the military letters) count as UTC, as the RFC says.
const zoneHours: Readonly<Record<string, number>> = {
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
};

const dateTime =
  /^(?:[a-z]{3,9}\.?,?\s*)?(\d{1,2})[\s-]+([a-z]{3})[a-z]*\.?[\s-]+(\d{2,4}),?\s+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?\s*([+-]\d{4}|[a-z]{1,5})?/i;
// ctime, as some programs write it: `Tue Sep 26 04:46:53 1995`
const ctime =
  /^[a-z]{3},?\s+([a-z]{3})\s+(\d{1,2})\s+(\d{1,2}):(\d{2}):(\d{2})(?:\s+([+-]\d{4}|[a-z]{1,5}))?\s+(\d{4})/i;
const iso = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?$/;

/** Milliseconds since 1970; undefined when the text is not a date. */
export function parseDate(text: string): number | undefined {
  const plain = withoutComments(text.slice(0, 200)).trim();
  const found = dateTime.exec(plain);
  if (found) {
    const [, day, month, year, hour, minute, second, zone] = found;
    return assemble(day, month, year, hour, minute, second, zone);
  }
  const c = ctime.exec(plain);
  if (c) {
    const [, month, day, hour, minute, second, zone, year] = c;
    return assemble(day, month, year, hour, minute, second, zone);
  }
  if (!iso.test(plain)) return undefined;
  const at = Date.parse(/[Z]$|[+-]\d\d:?\d\d$/.test(plain.slice(10)) ? plain : `${plain}Z`);
  return Number.isNaN(at) ? undefined : at;
}

function assemble(
  day: string | undefined,
  month: string | undefined,
  year: string | undefined,
  hour: string | undefined,
  minute: string | undefined,
  second = '0',
  zone = '-0000',
): number | undefined {
  const monthIndex = months.indexOf((month ?? '').toLowerCase());
  const [d, h, m, s] = [Number(day), Number(hour), Number(minute), Number(second)];
  if (monthIndex < 0 || d < 1 || d > 31 || h > 24 || m > 59 || s > 60) return undefined;
  return Date.UTC(fullYear(year ?? ''), monthIndex, d, h, m, s) - zoneMs(zone);
}

/** RFC 5322 section 4.3: two digits are 1950 to 2049, three count from 1900. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 2) return year < 50 ? 2000 + year : 1900 + year;
  return digits.length === 3 ? 1900 + year : year;
}

function zoneMs(zone: string): number {
  const numeric = /^([+-])(\d\d)(\d\d)$/.exec(zone);
  if (!numeric) return (zoneHours[zone.toLowerCase()] ?? 0) * 3_600_000;
  const minutes = Number(numeric[2]) * 60 + Number(numeric[3]);
  return (numeric[1] === '-' ? -minutes : minutes) * 60_000;
}

function withoutComments(text: string): string {
  let depth = 0;
  let plain = '';
  for (const character of text) {
    if (character === '(') depth++;
    else if (character === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0) plain += character;
  }
  return plain;
}
