// How long a link could be used: mail that waits for it ages only then, if its file says so (lifetime-counts link-time).

/** From and to, in seconds since 1970, oldest first, without overlaps. */
export type Times = readonly (readonly [number, number])[];

/** More are not kept: without the oldest, mail only lives longer. */
const most = 2000;

/** How many of the seconds between two moments are in these times. */
export function secondsWithin(times: Times, fromSec: number, toSec: number): number {
  let sum = 0;
  for (const [from, to] of times) sum += Math.max(0, Math.min(to, toSec) - Math.max(from, fromSec));
  return sum;
}

/** Adds a time that began after all others; one that has the beginning of the last one replaces it. */
export function withTime(times: Times, from: number, to: number): [number, number][] {
  const before = times
    .filter(([start]) => start < from)
    .map(([start, end]): [number, number] => [start, Math.min(end, from)]);
  return [...before, [from, Math.max(from, to)] as [number, number]].slice(-most);
}

/** The times of several links as one: what two share counts once. */
export function together(all: readonly Times[]): Times {
  const merged: [number, number][] = [];
  for (const [from, to] of all.flat().sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}
