// Which recipients of one message share a slot: those that are delivered together, in one transaction, need one connection. Only
// those that start in the same turn of the scheduler do.
import type { GroupOf } from '../../paper-path/shapes.ts';
import type { PendingRecipient } from '../files/recipients.ts';
import type { Pass } from './pass.ts';

/** The slots that were taken in this turn. */
export interface SharedSlots {
  /** What a recipient needs. */
  placeFor(pass: Pick<Pass, 'id' | 'job'>, recipient: PendingRecipient): Place;
  /** Some slot may have room for another recipient. */
  readonly haveRoom: boolean;
}

interface Place {
  readonly slot: 'own' | 'shared';
  /** The recipient starts. */
  take(): void;
}

export function createSharedSlots(groupOf: GroupOf): SharedSlots {
  /** How many more recipients each group can have. */
  const room = new Map<string, number>();
  return {
    placeFor(pass, recipient) {
      const group = groupOf(pass.job(recipient, undefined));
      if (!group) return { slot: 'own', take: () => undefined };
      const key = `${pass.id} ${group.key}`;
      return {
        slot: room.has(key) ? 'shared' : 'own',
        take() {
          const left = (room.get(key) ?? group.most) - 1;
          if (left > 0) room.set(key, left);
          else room.delete(key);
        },
      };
    },
    get haveRoom() {
      return room.size > 0;
    },
  };
}
