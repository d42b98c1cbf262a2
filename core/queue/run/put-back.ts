// The recipients of one pass that found their lane full, by lane. When they are tried again and the first of a lane is refused, so
// are all behind it.
import type { Lane } from '../../paper-path/shapes.ts';
import type { PendingRecipient } from '../files/recipients.ts';

export interface PutBack {
  add(recipient: PendingRecipient, lane: Lane): void;
  /** From now on all may be tried again. */
  retry(): void;
  /** The next one that may be tried again. */
  next(): PendingRecipient | undefined;
  /** How many there are. */
  readonly size: number;
  /** The lanes that they wait for. */
  readonly lanes: readonly Lane[];
  remove(offsets: ReadonlySet<number>): void;
  clear(): void;
}

export function createPutBack(): PutBack {
  const byLane = new Map<string, { readonly lane: Lane; recipients: PendingRecipient[] }>();
  const retried = new Set<string>();

  return {
    add(recipient, lane) {
      const recipients = byLane.get(lane.key)?.recipients ?? [];
      byLane.set(lane.key, { lane, recipients });
      // One that was tried again and refused is still the first.
      if (recipient.offset < (recipients[0]?.offset ?? 0)) recipients.unshift(recipient);
      else recipients.push(recipient);
      retried.delete(lane.key);
    },
    retry() {
      for (const key of byLane.keys()) retried.add(key);
    },
    next() {
      for (const key of retried) {
        const recipients = byLane.get(key)?.recipients ?? [];
        const recipient = recipients.shift();
        if (recipients.length === 0) {
          byLane.delete(key);
          retried.delete(key);
        }
        if (recipient) return recipient;
      }
      return undefined;
    },
    get size() {
      let sum = 0;
      for (const { recipients } of byLane.values()) sum += recipients.length;
      return sum;
    },
    get lanes() {
      return [...byLane.values()].map(({ lane }) => lane);
    },
    remove(offsets) {
      for (const [key, waiting] of byLane) {
        waiting.recipients = waiting.recipients.filter(({ offset }) => !offsets.has(offset));
        if (waiting.recipients.length === 0) byLane.delete(key);
      }
    },
    clear() {
      byLane.clear();
      retried.clear();
    },
  };
}
