// The words of other hosts and programs, short enough to be kept for every recipient and logged for every attempt.

/** In characters. Only the bounce has more of a reply. */
const mostSaid = 1000;

/** At most this much and three dots, as a new string: a substring would keep the whole text in memory. */
export function shortened(text: string): string {
  return text.length > mostSaid ? Buffer.from(`${text.slice(0, mostSaid)}...`).toString() : text;
}
