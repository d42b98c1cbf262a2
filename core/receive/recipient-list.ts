// The recipients of one message as a client names them: equal ones are kept once, and there are limits on their number and
// on the memory that they take.
import type { Control } from '../control/control.ts';
import type { ClientMemory } from '../listen/client-memory.ts';
import { lowerAscii, splitAddress } from '../message/address.ts';

/** What became of a recipient. `there`: it was named before. */
type Added = 'added' | 'there' | 'tooMany' | 'noMemory';

export interface RecipientList {
  /** @param most how many may be named, the repeated ones included; 0: any number */
  add(address: string, most: number): Added;
  /** Each once, in the order in which they came, as they were first written. */
  addresses(): string[];
  readonly isEmpty: boolean;
  /** Nobody needs them any more: gives their memory back. */
  release(): void;
}

/** What a recipient takes besides its own bytes. */
const overheadBytes = 100;
/** The bytes of all recipients of a message, whoever sends it. */
const maxBytes = 4 * 1024 * 1024;
const usualMost = 1000;

/** How many recipients a message may have. @param trusted it comes from one of ours */
export function mostRecipients({ maxRecipients }: Pick<Control, 'maxRecipients'>, trusted: boolean): number {
  return maxRecipients ?? (trusted ? 0 : usualMost);
}

/** @param longest in bytes, of all together */
export function createRecipientList(memory: ClientMemory, longest = maxBytes): RecipientList {
  const byKey = new Map<string, string>();
  let named = 0;
  let bytes = 0;
  let held = 0;
  return {
    add(address, most) {
      if (most > 0 && named >= most) return 'tooMany';
      const key = keyOf(address);
      if (!byKey.has(key)) {
        const more = address.length + overheadBytes;
        if (bytes + address.length > longest) return 'tooMany';
        if (!memory.take(more)) return 'noMemory';
        bytes += address.length + 1;
        held += more;
        // Where both are the same one string is kept, not two.
        byKey.set(key, key === address ? key : address);
        named++;
        return 'added';
      }
      named++;
      return 'there';
    },
    addresses: () => [...byKey.values()],
    get isEmpty() {
      return byKey.size === 0;
    },
    release() {
      memory.give(held);
      held = 0;
      byKey.clear();
    },
  };
}

/** Domains are the same in upper and lower case; what a local part means only its own host knows. */
function keyOf(address: string): string {
  const { local, host } = splitAddress(address);
  return host === undefined ? address : `${local}@${lowerAscii(host)}`;
}
