// Times as people read them, in the zone of this process.

/** `2026-11-26 11:05:09` */
export function localSecond(ms: number): string {
  const at = new Date(ms);
  const two = (part: number): string => String(part).padStart(2, '0');
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** `2026-11-26 11:05` */
export function localMinute(ms: number): string {
  return localSecond(ms).slice(0, -':09'.length);
}
