// Moves a message out of the journal into qmail's files. Their bytes become durable with the next checkpoint; until then the
// journal can rebuild them.
import type { Channel } from '../../control/classify.ts';
import { StoreInJournal } from './in-journal.ts';
import type { MessageStore } from './message-store.ts';
import type { QueuedMessage } from './queued-messages.ts';

/**
 * Writes info/N and the files of those channels that have a pending recipient; from then on the message is in `files`.
 * @returns false for a message that was there already
 * @throws when the disk refuses: the message stays in the journal
 */
export function moveToFiles(message: QueuedMessage, files: MessageStore): boolean {
  const { id, bornSec, channels, store } = message;
  if (!(store instanceof StoreInJournal)) return false;
  const due = [...channels].map(([channel, dueSec]): [Channel, number] => [
    channel,
    dueSec === 'now' ? bornSec : dueSec,
  ]);
  store.writeFiles(id, bornSec, due);
  message.store = files;
  return true;
}
