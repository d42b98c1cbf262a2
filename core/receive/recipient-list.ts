// The recipients of one message: repeated ones are kept once, and their number and memory are limited.
import type { Control } from '../control/control.ts';
import type { ClientMemory } from '../listen/client-memory.ts';
import { lowerAscii, splitAddress } from '../message/address.ts';
import type { RecipientDsn } from '../paper-path/dsn.ts';

/** What happened to a recipient. `there`: it was named before. */
type Added = 'added' | 'there' | 'tooMany' | 'noMemory';

export interface RecipientList {
  /**
   * @param most how many may be named, repeated ones included; 0: any number
   * @param wish what the sender wants to be told; of a repeated recipient the first one counts
   */
  add(address: string, most: number, wish?: RecipientDsn): Added;
  /** Each once, in the order in which they were named, as first written. */
  addresses(): string[];
  /** What the sender wants to be told of each; undefined: nothing was said of any. */
  wishes(): (RecipientDsn | undefined)[] | undefined;
  readonly isEmpty: boolean;
  /** Forgets them and returns their memory. */
  release(): void;
}

/** The memory of a recipient in addition to its bytes. */
const overheadBytes = 100;
/** The bytes of all recipients of one message. */
const maxBytes = 4 * 1024 * 1024;
const usualMost = 1000;

/** How many recipients a message may have. @param trusted the client may relay, or is this machine */
export function mostRecipients({ maxRecipients }: Pick<Control, 'maxRecipients'>, trusted: boolean): number {
  return maxRecipients ?? (trusted ? 0 : usualMost);
}

/** @param longest in bytes, of all together */
export function createRecipientList(memory: ClientMemory, longest = maxBytes): RecipientList {
  const byKey = new Map<string, string>();
  const wishByKey = new Map<string, RecipientDsn>();
  let named = 0;
  let bytes = 0;
  let held = 0;
  return {
    add(address, most, wish) {
      if (most > 0 && named >= most) return 'tooMany';
      const key = keyOf(address);
      if (!byKey.has(key)) {
        const wishBytes = wish ? overheadBytes + (wish.orcpt?.length ?? 0) : 0;
        const more = address.length + overheadBytes + wishBytes;
        if (bytes + address.length + wishBytes > longest) return 'tooMany';
        if (!memory.take(more)) return 'noMemory';
        bytes += address.length + 1 + wishBytes;
        if (wish) wishByKey.set(key, wish);
        held += more;
        // One string instead of two where both are equal.
        byKey.set(key, key === address ? key : address);
        named++;
        return 'added';
      }
      named++;
      return 'there';
    },
    addresses: () => [...byKey.values()],
    wishes: () => (wishByKey.size === 0 ? undefined : [...byKey.keys()].map(key => wishByKey.get(key))),
    get isEmpty() {
      return byKey.size === 0;
    },
    release() {
      memory.give(held);
      held = 0;
      byKey.clear();
      wishByKey.clear();
    },
  };
}

/** The case of a domain does not matter; what a local part means is known only to its host. */
function keyOf(address: string): string {
  const { local, host } = splitAddress(address);
  return host === undefined ? address : `${local}@${lowerAscii(host)}`;
}
