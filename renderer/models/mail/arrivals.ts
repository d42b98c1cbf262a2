// Announces new mail to screen readers: one sentence for all that has arrived together.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import { text } from '../../text/en.ts';
import { personName } from '../../text/people.ts';
import type { Timers } from '../timers.ts';

const gatherMs = 1_000;

/** The text of a live region. */
export function createArrivals(api: Api, timers: Timers): ReadonlySignal<string> {
  const said = signal('');
  let count = 0;
  let latest = '';
  api.on('mail.arrived', ({ from, subject }) => {
    count += 1;
    latest = text.selection.arrived(personName(from) || text.mail.noSender, subject || text.mail.noSubject);
    if (count > 1) return;
    // A live region says the same text only once, so it is cleared in between.
    said.value = '';
    timers.later(() => {
      said.value = count > 1 ? text.selection.arrivedMany(count) : latest;
      count = 0;
    }, gatherMs);
  });
  return said;
}
