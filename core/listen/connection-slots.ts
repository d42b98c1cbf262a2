// The places of one service: how many clients it has at once, in all and from one address, and how often one address may come.
// ConnectionSlots are kept back for each kind of client, and when they run short whoever does nothing with its place loses it, or next to
// nothing for long: neither silent connections nor those that trickle shut anybody out.
import type { ConnectionLimits } from '../control/control.ts';
import type { Clock } from '../lib/clock.ts';
import { networkOf } from '../lib/net/network-of.ts';
import type { ClientKind } from './client-kind.ts';
import { createQuota } from './quota.ts';

/** Why a client cannot progress. */
export type ReachedLimit = 'total' | 'perAddress' | 'perMinute';

/** One that comes. */
interface Newcomer {
  readonly ip: string;
  readonly clientKind: ClientKind;
  /** The host is at work for it: it is not silent, it waits. */
  readonly busy: () => boolean;
  /** All that it has sent. */
  readonly bytes: () => number;
  /** Called when others need the place, which is given up already. */
  readonly dismiss: () => void;
}

/** A place that is taken. */
export interface Slot {
  /** The client gets on with what it came for. */
  progress(): void;
  /** It is known from now on, and stays. */
  trust(): void;
  leave(): void;
}

export interface ConnectionSlots {
  enter(newcomer: Newcomer, limits: ConnectionLimits): Slot | ReachedLimit;
}

interface Visits {
  /** Those who have not logged in. */
  open: number;
  /** Connections since `sinceMs`. */
  recent: number;
  sinceMs: number;
}

interface Sent {
  readonly atMs: number;
  readonly bytes: number;
}

interface Sitter extends Newcomer {
  readonly network: string;
  /** What it had sent when somebody came a minute ago or two, and later. */
  before: Sent;
  latest: Sent;
  quietSinceMs: number;
  /** How long it may do nothing while others want its place. */
  patienceMs: number;
  leave(): void;
}

const minuteMs = 60_000;
const manyAddresses = 10_000;
/** What a client far away may need for its next step; and one in the middle of a message, whose link may stall. */
const patienceMs = 10_000;
const patienceOnceBegunMs = 60_000;
/** Who sends less than this, over a minute or two, only trickles. */
const trickleBytesPerSec = 1024;

export function createConnectionSlots(clock: Clock): ConnectionSlots {
  const byNetwork = new Map<string, Visits>();
  const sitters = new Set<Sitter>();
  const quota = createQuota();

  function visitsOf(network: string): Visits {
    const nowMs = clock.nowMs();
    const visits = byNetwork.get(network) ?? { open: 0, recent: 0, sinceMs: nowMs };
    if (Math.abs(nowMs - visits.sinceMs) >= minuteMs) Object.assign(visits, { recent: 0, sinceMs: nowMs });
    if (byNetwork.size > manyAddresses) forgetOld(nowMs);
    byNetwork.set(network, visits);
    return visits;
  }

  function forgetOld(nowMs: number): void {
    for (const [network, { open, sinceMs }] of byNetwork) {
      if (open === 0 && nowMs - sinceMs >= minuteMs) byNetwork.delete(network);
    }
  }

  /**
   * Sends away a client that only trickles, the slowest first, else the one that has been silent for longest.
   * @returns false: all of these get on well enough
   */
  function makeRoom(among: (sitter: Sitter) => boolean): boolean {
    const nowMs = clock.nowMs();
    const idle = [...sitters].filter(sitter => among(sitter) && !sitter.busy());
    const loser =
      least(idle, sitter => trickle(sitter, nowMs)) ??
      least(idle, sitter => (nowMs - sitter.quietSinceMs < sitter.patienceMs ? undefined : sitter.quietSinceMs));
    loser?.leave();
    loser?.dismiss();
    return loser !== undefined;
  }

  function sit(newcomer: Newcomer, network: string, visits: Visits): Slot {
    let { clientKind } = newcomer;
    const start = { atMs: clock.nowMs(), bytes: newcomer.bytes() };
    visits.open++;
    const sitter: Sitter = {
      ...newcomer,
      network,
      before: start,
      latest: start,
      quietSinceMs: clock.nowMs(),
      // Programs of this machine are here at once; the others have a long way.
      patienceMs: clientKind === 'loopback' ? 0 : patienceMs,
      leave() {
        if (sitters.delete(sitter)) visits.open--;
        else if (left) return;
        left = true;
        quota.give(clientKind, 1);
      },
    };
    let left = false;
    sitters.add(sitter);
    return {
      progress() {
        sitter.quietSinceMs = clock.nowMs();
        sitter.patienceMs = patienceOnceBegunMs;
      },
      trust() {
        if (left || !sitters.delete(sitter)) return;
        visits.open--;
        quota.move(clientKind, 'known', 1);
        clientKind = 'known';
      },
      leave: sitter.leave,
    };
  }

  return {
    enter(newcomer, { total, perAddress, perMinute }) {
      const { ip, clientKind } = newcomer;
      const network = networkOf(ip);
      const visits = visitsOf(network);
      const isStranger = clientKind === 'stranger';
      const nowMs = clock.nowMs();
      for (const sitter of sitters) look(sitter, nowMs);
      visits.recent++;
      if (isStranger && perMinute > 0 && visits.recent > perMinute) return 'perMinute';
      // Of ours one address may have half of everything, and then its silent connections make room for its others.
      const mostHere = isStranger ? perAddress : Math.ceil(total / 2);
      if (mostHere > 0 && visits.open >= mostHere) {
        if (isStranger || !makeRoom(sitter => sitter.network === network)) return 'perAddress';
      }
      const most = total || Number.MAX_SAFE_INTEGER;
      const taken =
        quota.take(clientKind, 1, most) ||
        (makeRoom(sitter => sitter.clientKind === clientKind) && quota.take(clientKind, 1, most));
      return taken ? sit(newcomer, network, visits) : 'total';
    },
  };
}

/** Notes what it has sent so far, once a minute. */
function look(sitter: Sitter, nowMs: number): void {
  if (nowMs - sitter.latest.atMs < minuteMs) return;
  sitter.before = sitter.latest;
  sitter.latest = { atMs: nowMs, bytes: sitter.bytes() };
}

/** Bytes per second of a client that has had time enough to send more; undefined: it has not, or did. */
function trickle({ before, bytes }: Sitter, nowMs: number): number | undefined {
  const ms = nowMs - before.atMs;
  const rate = ((bytes() - before.bytes) * 1000) / ms;
  return ms >= minuteMs && rate < trickleBytesPerSec ? rate : undefined;
}

/** The one of whom `measure` says least; those without a measure do not count. */
function least<T>(all: readonly T[], measure: (one: T) => number | undefined): T | undefined {
  let found: { one: T; amount: number } | undefined;
  for (const one of all) {
    const amount = measure(one);
    if (amount !== undefined && (!found || amount < found.amount)) found = { one, amount };
  }
  return found?.one;
}
