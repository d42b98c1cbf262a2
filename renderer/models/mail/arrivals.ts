// New mail in words, for those who do not see the list: said once when it has come, in one sentence however much it is.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import { text } from '../../text/en.ts';
import { personName } from '../../text/people.ts';
import type { Timers } from '../timers.ts';

const gatherMs = 1_000;

/** What a live region says. */
export function createArrivals(api: Api, timers: Timers): ReadonlySignal<string> {
  const said = signal('');
  let count = 0;
  let latest = '';
  api.on('mail.arrived', ({ from, subject }) => {
    count += 1;
    latest = text.selection.arrived(personName(from) || text.mail.noSender, subject || text.mail.noSubject);
    if (count > 1) return;
    // The same sentence twice would be said once: in between there is nothing.
    said.value = '';
    timers.later(() => {
      said.value = count > 1 ? text.selection.arrivedMany(count) : latest;
      count = 0;
    }, gatherMs);
  });
  return said;
}
