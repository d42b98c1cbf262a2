import type { QueueRecipient } from '../../../core/api/queue.ts';
import { text } from '../../text/en.ts';

/** What waits is the rule here; only the others are marked. */
export function RecipientChips({ recipient: { state, held } }: { recipient: QueueRecipient }) {
  return (
    <>
      {state !== 'waiting' && <span class={`chip ${state === 'now' ? 'good' : ''}`}>{text.queue.states[state]}</span>}
      {held && <span class="chip held">{text.queue.held}</span>}
    </>
  );
}
