// How the last messages to each relay fared: when one was accepted, and what went wrong since.
import type { Clock } from '../lib/clock.ts';
import type { Reports } from './outcome-of-replies.ts';
import type { Route } from './route.ts';

/** The place of a relay. */
type RelayPlace = Pick<Route, 'relay' | 'port'>;

interface RelayRecord {
  readonly lastSuccessMs: number | undefined;
  /** Temporary failures only: a message that is refused permanently says nothing about the relay. Byte string. */
  readonly lastError: { readonly atMs: number; readonly text: string } | undefined;
}

export interface RelayBook {
  note(place: RelayPlace, reports: Reports): void;
  /** Undefined: nothing was sent there since the host was started. */
  of(place: RelayPlace): RelayRecord | undefined;
}

const mostRelays = 1000;
const mostSaid = 500;

export function createRelayBook(clock: Clock): RelayBook {
  const records = new Map<string, RelayRecord>();
  return {
    note(place, { message }) {
      const key = keyOf(place);
      const known = records.get(key);
      if (!known && records.size >= mostRelays) return;
      if (message.letter === 'D') return;
      const atMs = clock.nowMs();
      const lastSuccessMs = message.letter === 'K' ? atMs : known?.lastSuccessMs;
      // Copied: a slice of the text would keep all of it.
      const text = Buffer.from(message.text.slice(0, mostSaid)).toString();
      const lastError = message.letter === 'K' ? undefined : { atMs, text };
      records.set(key, { lastSuccessMs, lastError });
    },
    of: place => records.get(keyOf(place)),
  };
}

function keyOf({ relay, port }: RelayPlace): string {
  return `${relay} ${port}`;
}
