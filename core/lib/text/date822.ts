// Dates as qmail writes them in header fields and Received lines: `26 Sep 1995 04:46:53 -0000`.

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `D Mon YYYY HH:MM:SS -0000`, UTC, the day without a leading zero (RFC 5322 section 3.3). */
export function formatDate822(atMs: number): string {
  const d = new Date(atMs);
  return `${d.getUTCDate()} ${months[d.getUTCMonth()]} ${d.getUTCFullYear()} ${timeOfDay(d)} -0000`;
}

/** `D Mon YYYY HH:MM:SS +hhmm` in the machine's local time. */
export function formatLocalDate822(atMs: number): string {
  const d = new Date(atMs);
  const minutes = Math.abs(d.getTimezoneOffset());
  const zone = `${d.getTimezoneOffset() > 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
  const time = [d.getHours(), d.getMinutes(), d.getSeconds()].map(two).join(':');
  return `${d.getDate()} ${months[d.getMonth()]} ${d.getFullYear()} ${time} ${zone}`;
}

/** `Www Mmm dd hh:mm:ss yyyy`, UTC, as in the `From ` line of an mbox (ctime with a padded day). */
export function formatCtime(atMs: number): string {
  const d = new Date(atMs);
  const day = two(d.getUTCDate());
  return `${weekdays[d.getUTCDay()]} ${months[d.getUTCMonth()]} ${day} ${timeOfDay(d)} ${d.getUTCFullYear()}`;
}

function timeOfDay(d: Date): string {
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}
