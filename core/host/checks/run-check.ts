// Makes the records of one thing that is looked at, within a limit of time.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Check } from '../../api/checks.ts';
import { reasonOf } from '../../lib/user-error.ts';

/** Makes records about one thing. @param looked what is looked at, for people */
export function about(code: string, looked: string) {
  const make = (result: Check['result']) => (text: string) => ({ code, looked, result, text }) satisfies Check;
  return { fine: make('fine'), warning: make('warning'), wrong: make('wrong'), unchecked: make('unchecked') };
}

/** Something to look at. */
export interface Look {
  readonly code: string;
  readonly looked: string;
  /** Longer, and it counts as not looked at. */
  readonly mostMs: number;
  readonly run: () => Check[] | Promise<Check[]>;
}

/** Never throws, and ends in time; what is late then goes on by itself. */
export async function runLook({ code, looked, mostMs, run }: Look): Promise<Check[]> {
  const { unchecked } = about(code, looked);
  const done = new AbortController();
  const late = sleep(mostMs, [unchecked(`Nothing was found out within ${mostMs / 1000} seconds.`)], {
    signal: done.signal,
    ref: false,
  });
  late.catch(() => {});
  try {
    return await Promise.race([run(), late]);
  } catch (error) {
    return [unchecked(`It could not be looked at: ${reasonOf(error)}`)];
  } finally {
    done.abort();
  }
}

const mostListed = 50;

/** A long list is cut, and the last record says how much is not shown. */
export function listed(checks: readonly Check[], code: string, looked: string): Check[] {
  if (checks.length <= mostListed) return [...checks];
  const rest = checks.slice(mostListed);
  const worst = (['wrong', 'warning', 'unchecked'] as const).find(result => rest.some(each => each.result === result));
  return [
    ...checks.slice(0, mostListed),
    about(code, looked)[worst ?? 'fine'](`And ${rest.length} more of this kind.`),
  ];
}
