// When each channel of a message is due: a map of at most two entries, in two fields. A hundred thousand messages may wait in
// memory, and a Map for each of them takes five times as much.
import type { Channel } from '../../control/classify.ts';

/** Seconds since 1970; `now`: a pass is open. */
export type DueTime = number | 'now';

/** Has methods of a Map; the order is always local, remote. */
export class DueTimes {
  #local: DueTime | undefined;
  #remote: DueTime | undefined;

  get size(): number {
    return (this.#local === undefined ? 0 : 1) + (this.#remote === undefined ? 0 : 1);
  }

  get(channel: Channel): DueTime | undefined {
    return channel === 'local' ? this.#local : this.#remote;
  }

  set(channel: Channel, time: DueTime): void {
    this.#put(channel, time);
  }

  delete(channel: Channel): void {
    this.#put(channel, undefined);
  }

  #put(channel: Channel, time: DueTime | undefined): void {
    if (channel === 'local') this.#local = time;
    else this.#remote = time;
  }

  *[Symbol.iterator](): Generator<[Channel, DueTime]> {
    if (this.#local !== undefined) yield ['local', this.#local];
    if (this.#remote !== undefined) yield ['remote', this.#remote];
  }

  keys(): Channel[] {
    return [...this].map(([channel]) => channel);
  }

  values(): DueTime[] {
    return [...this].map(([, time]) => time);
  }
}
