// Marks a recipient that is being tried, finished or held, or of whose delay the sender knows.
import type { QueueRecipient } from '../../../core/api/queue.ts';
import { text } from '../../text/en.ts';

/** Most recipients are waiting: they have no mark. */
export function RecipientChips({ recipient: { state, held, told } }: { recipient: QueueRecipient }) {
  return (
    <>
      {state !== 'waiting' && <span class={`chip ${state === 'now' ? 'good' : ''}`}>{text.queue.states[state]}</span>}
      {held && <span class="chip held">{text.queue.held}</span>}
      {told && state !== 'ended' && <span class="chip wait">{text.queue.told}</span>}
    </>
  );
}
