// A client that holds a slot, and which of them loses it when slots run short: the slowest of those that only trickle, else
// the one that has been silent for longest.
import type { ClientKind } from './client-kind.ts';

export interface SlotHolder {
  readonly clientKind: ClientKind;
  readonly network: string;
  /** The host is working for the client: it waits, and is not silent. */
  readonly busy: () => boolean;
  /** All bytes that it has sent. */
  readonly bytes: () => number;
  /** How much it had sent when another client connected one or two minutes ago, and later. */
  before: Sent;
  latest: Sent;
  silentSinceMs: number;
  /** How long it may be silent while others want its slot. */
  patienceMs: number;
  /** Takes the slot away and tells the client. */
  readonly drop: () => void;
}

interface Sent {
  readonly atMs: number;
  readonly bytes: number;
}

const minuteMs = 60_000;
/** A client that sends less than this, over a minute or two, only trickles. */
const trickleBytesPerSec = 1024;

/** Notes how much the client has sent so far, once a minute. */
export function noteBytes(holder: SlotHolder, nowMs: number): void {
  if (nowMs - holder.latest.atMs < minuteMs) return;
  holder.before = holder.latest;
  holder.latest = { atMs: nowMs, bytes: holder.bytes() };
}

/** The client that must be dismissed; undefined: all of them proceed well enough. */
export function holderToDrop(holders: readonly SlotHolder[], nowMs: number): SlotHolder | undefined {
  const idle = holders.filter(holder => !holder.busy());
  return least(idle, holder => trickleRate(holder, nowMs)) ?? least(idle, holder => silentSince(holder, nowMs));
}

/** Undefined: it has not been silent for too long. */
function silentSince({ silentSinceMs, patienceMs }: SlotHolder, nowMs: number): number | undefined {
  return nowMs - silentSinceMs < patienceMs ? undefined : silentSinceMs;
}

/** Bytes per second of a client that had time enough to send more; undefined: it had not, or did. */
function trickleRate({ before, bytes }: SlotHolder, nowMs: number): number | undefined {
  const ms = nowMs - before.atMs;
  const rate = ((bytes() - before.bytes) * 1000) / ms;
  return ms >= minuteMs && rate < trickleBytesPerSec ? rate : undefined;
}

/** The one with the smallest measure; those without a measure do not count. */
function least<T>(all: readonly T[], measure: (one: T) => number | undefined): T | undefined {
  let found: { one: T; amount: number } | undefined;
  for (const one of all) {
    const amount = measure(one);
    if (amount !== undefined && (!found || amount < found.amount)) found = { one, amount };
  }
  return found?.one;
}
