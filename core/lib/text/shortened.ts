// What other hosts and programs say, short enough to be kept for every recipient and written for every attempt.

/** In characters. More than that of an answer is told in the bounce only. */
const mostSaid = 1000;

/** At most so much of it and three dots, as a string of its own: a part of a longer one would keep all of that in memory. */
export function shortened(text: string): string {
  return text.length > mostSaid ? Buffer.from(`${text.slice(0, mostSaid)}...`).toString() : text;
}
