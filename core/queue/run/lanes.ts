// How many of a channel's slots one kind of delivery may take: deliveries that may hang together (one local recipient, program
// line or user; all bounces; bounces to one domain) share a lane, and no lane ever gets all slots. A message whose lane is full
// waits for it, and is called when there is room.
import type { Channel } from '../../control/classify.ts';
import { lowerAscii, splitAddress } from '../../message/address.ts';
import type { Lane } from '../../paper-path/shapes.ts';
import type { QueuedMessage } from '../store/queued-messages.ts';

export interface Lanes {
  /** Takes a place in each. @returns one that is full; then none is taken */
  enter(lanes: readonly Lane[]): Lane | undefined;
  leave(lanes: readonly Lane[]): void;
  /** Waits in line; a message that waits already keeps its place. */
  wait(lane: Lane, message: QueuedMessage): void;
  /** Messages that have room now, removed from the line. */
  call(): QueuedMessage[];
  /** True while there are such messages. */
  isCalling(): boolean;
}

interface Users {
  inside: number;
  /** How many may be inside. */
  share: Lane['share'];
  readonly line: Set<QueuedMessage>;
}

/** Even a host with few slots delivers to a recipient while another message to the same recipient hangs. */
const fewest = 2;

/** @param slots how many deliveries of the channel run at the same time */
export function createLanes(slots: () => number): Lanes {
  const lanes = new Map<string, Users>();

  function room({ inside, share }: Users): number {
    const all = slots();
    const quarter = Math.floor(all / 4);
    const most = { quarter, half: Math.floor(all / 2), most: all - Math.max(1, quarter) }[share];
    return Math.max(most, fewest) - inside;
  }

  function usersOf({ key, share }: Lane): Users {
    const users = lanes.get(key) ?? { inside: 0, share, line: new Set() };
    lanes.set(key, users);
    return users;
  }

  function forgetIfEmpty(key: string, { inside, line }: Users): void {
    if (inside === 0 && line.size === 0) lanes.delete(key);
  }

  return {
    enter(wanted) {
      const full = wanted.find(({ key }) => {
        const users = lanes.get(key);
        return users !== undefined && room(users) <= 0;
      });
      if (full) return full;
      for (const lane of wanted) usersOf(lane).inside++;
      return undefined;
    },
    leave(taken) {
      for (const lane of taken) {
        const users = usersOf(lane);
        users.inside--;
        forgetIfEmpty(lane.key, users);
      }
    },
    wait(lane, message) {
      usersOf(lane).line.add(message);
    },
    call() {
      const called: QueuedMessage[] = [];
      for (const [key, users] of lanes) {
        const next = firstOf(users.line, room(users));
        for (const message of next) users.line.delete(message);
        called.push(...next);
        forgetIfEmpty(key, users);
      }
      return called;
    },
    isCalling: () => [...lanes.values()].some(users => users.line.size > 0 && room(users) > 0),
  };
}

function firstOf<T>(set: ReadonlySet<T>, count: number): T[] {
  const found: T[] = [];
  for (const one of set) {
    if (found.length >= count) break;
    found.push(one);
  }
  return found;
}

/**
 * The lanes of one recipient of a message from `sender`. The domain does not matter for a local user. Bounces are the
 * only mail that strangers can direct to hosts of their choice, with any number of domains.
 */
export function lanesOfRecipient(channel: Channel, sender: string, address: string): Lane[] {
  const { local, host = '' } = splitAddress(address);
  if (channel === 'local') return [{ key: `to ${lowerAscii(local)}`, share: 'half' }];
  if (sender !== '') return [];
  return [
    { key: 'bounces', share: 'half' },
    { key: `bounces at ${lowerAscii(host)}`, share: 'quarter' },
  ];
}
