// What kind of client somebody is to the limits: strangers, programs of this machine, and those who are known. What all of
// them share (places, memory) is shared so that none of the three can use up what the others need.
import { isLoopback } from '../lib/net/network-of.ts';

/** `known`: may relay, or has logged in. This machine is `loopback` even where a rule lets it relay. */
export type Standing = 'stranger' | 'loopback' | 'known';

const standings: readonly Standing[] = ['stranger', 'loopback', 'known'];

export function standingOf(client: { readonly remoteIp: string; readonly relayClient: string | undefined }): Standing {
  const { remoteIp, relayClient } = client;
  if (isLoopback(remoteIp)) return 'loopback';
  return relayClient === undefined ? 'stranger' : 'known';
}

/** Something of which there is only so much. */
export interface Supply {
  /** @returns false: there is no more for this kind of client, and nothing was taken */
  take(standing: Standing, amount: number, total: number): boolean;
  give(standing: Standing, amount: number): void;
  /** The client that holds this much is of another kind from now on. */
  move(from: Standing, to: Standing, amount: number): void;
}

/** An eighth of everything is kept back for each kind of client: the other two together cannot take it. */
const keptBack = 1 / 8;

export function createSupply(): Supply {
  const used: Record<Standing, number> = { stranger: 0, loopback: 0, known: 0 };

  /** What has been taken, and what is kept back for the others. */
  function spokenFor(standing: Standing, share: number): number {
    return standings.reduce((sum, one) => sum + (one === standing ? used[one] : Math.max(used[one], share)), 0);
  }

  return {
    take(standing, amount, total) {
      if (spokenFor(standing, Math.floor(total * keptBack)) + amount > total) return false;
      used[standing] += amount;
      return true;
    },
    give(standing, amount) {
      used[standing] -= amount;
    },
    move(from, to, amount) {
      used[from] -= amount;
      used[to] += amount;
    },
  };
}
