// The slots of one service: how many clients it has at once, in all and from one address, and how often one address may
// connect. Slots are reserved for each kind of client. When they run short, clients that are silent or only trickle lose
// theirs, so that neither can shut others out.
import type { ConnectionLimits } from '../control/control.ts';
import type { Clock } from '../lib/clock.ts';
import { networkOf } from '../lib/net/network-of.ts';
import type { ClientKind } from './client-kind.ts';
import { createNetworkCounts, type NetworkCount } from './network-counts.ts';
import { createQuota } from './quota.ts';
import { holderToDrop, noteBytes, type SlotHolder } from './slot-holder.ts';

/** The limit for which a client cannot stay. */
export type ReachedLimit = 'total' | 'perAddress' | 'perMinute';

/** A client that connects. */
interface Newcomer {
  readonly ip: string;
  readonly clientKind: ClientKind;
  readonly busy: SlotHolder['busy'];
  readonly bytes: SlotHolder['bytes'];
  /** Called when others need the slot, which the client has lost already. */
  readonly dismiss: () => void;
}

/** A slot that is taken. */
export interface Slot {
  /** The client proceeds with what it came for. */
  progress(): void;
  /** The client is known from now on: it keeps the slot. */
  trust(): void;
  leave(): void;
}

export interface ConnectionSlots {
  enter(newcomer: Newcomer, limits: ConnectionLimits): Slot | ReachedLimit;
}

/** How long a distant client may need for its next step; and one in the middle of a message, whose link may stall. */
const patienceMs = 10_000;
const patienceOnceActiveMs = 60_000;

export function createConnectionSlots(clock: Clock): ConnectionSlots {
  const countOf = createNetworkCounts(clock);
  /** Clients that may lose their slots. */
  const holders = new Set<SlotHolder>();
  const quota = createQuota();

  /** @returns false: all of these clients proceed well enough */
  function makeRoom(among: (holder: SlotHolder) => boolean): boolean {
    const dropped = holderToDrop([...holders].filter(among), clock.nowMs());
    dropped?.drop();
    return dropped !== undefined;
  }

  function take(newcomer: Newcomer, network: string, count: NetworkCount): Slot {
    let { clientKind } = newcomer;
    let left = false;
    const start = { atMs: clock.nowMs(), bytes: newcomer.bytes() };
    count.open++;
    function leave(): void {
      if (holders.delete(holder)) count.open--;
      else if (left) return;
      left = true;
      quota.give(clientKind, 1);
    }
    const holder: SlotHolder = {
      ...newcomer,
      network,
      before: start,
      latest: start,
      silentSinceMs: clock.nowMs(),
      // Programs of this machine answer at once.
      patienceMs: clientKind === 'loopback' ? 0 : patienceMs,
      drop() {
        leave();
        newcomer.dismiss();
      },
    };
    holders.add(holder);
    return {
      leave,
      progress() {
        holder.silentSinceMs = clock.nowMs();
        holder.patienceMs = patienceOnceActiveMs;
      },
      trust() {
        if (left || !holders.delete(holder)) return;
        count.open--;
        quota.move(clientKind, 'known', 1);
        clientKind = 'known';
      },
    };
  }

  return {
    enter(newcomer, { total, perAddress, perMinute }) {
      const { ip, clientKind } = newcomer;
      const network = networkOf(ip);
      const count = countOf(network);
      const isStranger = clientKind === 'stranger';
      const nowMs = clock.nowMs();
      for (const holder of holders) noteBytes(holder, nowMs);
      count.recent++;
      if (isStranger && perMinute > 0 && count.recent > perMinute) return 'perMinute';
      // One address of ours may have half of everything; then its silent connections make room for its others.
      const mostHere = isStranger ? perAddress : Math.ceil(total / 2);
      if (mostHere > 0 && count.open >= mostHere) {
        if (isStranger || !makeRoom(holder => holder.network === network)) return 'perAddress';
      }
      const most = total || Number.MAX_SAFE_INTEGER;
      const taken =
        quota.take(clientKind, 1, most) ||
        (makeRoom(holder => holder.clientKind === clientKind) && quota.take(clientKind, 1, most));
      return taken ? take(newcomer, network, count) : 'total';
    },
  };
}
