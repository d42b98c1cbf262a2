// What a channel of a message still has to do, wherever that is written: in the journal, or in the channel's own file.
import type { Channel } from '../../control/classify.ts';
import type { QueueLayout } from '../files/layout.ts';
import { openRecipients, type RecipientReader } from '../files/recipients.ts';
import { type FreshMessage, readFresh } from '../store/in-journal.ts';
import type { QueuedMessage } from '../store/queued-messages.ts';

/** @throws when the file cannot be opened */
export function openView(
  layout: QueueLayout,
  id: number,
  fresh: FreshMessage | undefined,
  channel: Channel,
): RecipientReader {
  return fresh ? readFresh(fresh, channel) : openRecipients(layout[channel](id));
}

/** False when all of a channel's recipients are marked, so that it only has to be ended. */
export function hasPending(layout: QueueLayout, { id, fresh }: QueuedMessage, channel: Channel): boolean {
  try {
    const view = openView(layout, id, fresh, channel);
    try {
      return view.next() !== undefined;
    } finally {
      view.close();
    }
  } catch {
    return true; // Nobody can tell.
  }
}
