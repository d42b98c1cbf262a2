// What other hosts and programs say, short enough to be kept for every recipient and written for every attempt.

/** More than that of an answer is told in the bounce only. */
const mostSaidBytes = 1000;

/** At most `most` characters and three dots, as a string of its own: a part of a longer one would keep all of that in memory. */
export function shortened(text: string, most = mostSaidBytes): string {
  return text.length > most ? Buffer.from(`${text.slice(0, most)}...`).toString() : text;
}
