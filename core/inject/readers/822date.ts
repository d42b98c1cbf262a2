// 822date (mess822): prints the date of a message in the sender's time zone, in UTC, and in local time.
import { formatCtime } from '../../lib/text/date822.ts';
import { lowerAscii } from '../../message/address.ts';
import {
  dateOfMoment,
  formatZone,
  momentOfDate,
  readDate,
  type WrittenDate,
} from '../../message/header/normal-date.ts';
import type { BuiltinProgram } from '../../paper-path/builtin-program.ts';
import { withHeader } from './header-fields.ts';

/** @returns 0 printed, 100 there is no valid date, 111 the message could not be read */
export const date822: BuiltinProgram = call => {
  const wanted = lowerAscii(call.args[0] ?? 'date');
  return withHeader(call, '822date', fields => {
    const date = fields
      .filter(({ name }) => name === wanted)
      .map(({ value }) => readDate(value))
      .findLast(found => found !== undefined);
    if (!date) return 100;
    const atMs = momentOfDate(date);
    call.out(`${isoDate(date)}\n${isoDate(dateOfMoment(atMs))}\n${localCtime(atMs)}\n`);
    return 0;
  });
};

/** `yyyy-mm-dd hh:mm:ss ±zzzz`. */
function isoDate({ year, month, day, hour, minute, second, zoneMinutes = 0 }: WrittenDate): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const time = [hour, minute, second].map(two).join(':');
  return `${year}-${two(month)}-${two(day)} ${time} ${formatZone(zoneMinutes)}`;
}

/** ctime(3) in local time. */
export function localCtime(atMs: number): string {
  const asIfUtcMs = atMs - new Date(atMs).getTimezoneOffset() * 60_000;
  return formatCtime(asIfUtcMs).replace(/ 0(\d )/, '  $1');
}
