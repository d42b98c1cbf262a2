// When an account is fetched next: by its timer, and later and later while it fails. A refused login is tried rarely: providers
// lock a mailbox after some.
import type { FetchFailure } from './failure.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** @param failures how many runs in a row have failed, this one included @returns the pause before the next run, in ms */
export function pauseAfterFailure(kind: FetchFailure['kind'], failures: number): number {
  const doubled = (firstMs: number, factor: number, mostMs: number) =>
    Math.min(mostMs, firstMs * factor ** Math.min(failures - 1, 20));
  switch (kind) {
    case 'refused':
      return doubled(hourMs, 4, 24 * hourMs);
    case 'wrong':
      return hourMs;
    case 'unable':
      return doubled(minuteMs, 2, hourMs);
  }
}

/** @returns the pause after a run that went well, in ms; undefined: until somebody asks for it */
export function pauseAfterSuccess(everyMinutes: number): number | undefined {
  return everyMinutes === 0 ? undefined : everyMinutes * minuteMs;
}
