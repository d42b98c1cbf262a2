// Sends events to front ends: numbered, and those that only announce a changed state at most ten times a second.
import type { EventData, EventName } from '../api/contract.ts';
import type { Notice } from '../api/errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { Dispose } from '../lib/dispose.ts';

/** The sender of events. */
export interface Notices {
  /** Tells all listeners now. */
  tell<E extends EventName>(event: E, data: EventData<E>): void;
  /** Tells within a tenth of a second; of several events in that time, only the last state is told. */
  soon<E extends EventName>(event: E, look: () => EventData<E>): void;
  listen(listener: (notice: Notice) => void): Dispose;
}

/** Events that name what has changed. */
type EventOfNames = { [E in EventName]: EventData<E> extends { names: string[] } ? E : never }[EventName];

const gatherMs = 100;

export function createNotices(clock: Clock): Notices {
  const listeners = new Set<(notice: Notice) => void>();
  const gathering = new Set<EventName>();
  let seq = 0;

  function tell<E extends EventName>(event: E, data: EventData<E>): void {
    const notice = { seq: ++seq, event, data };
    for (const listener of listeners) listener(notice);
  }

  return {
    tell,
    soon(event, look) {
      if (gathering.has(event)) return;
      gathering.add(event);
      clock.after(gatherMs, () => {
        gathering.delete(event);
        // Looking takes time. Who listens later must see that something was told meanwhile.
        if (listeners.size > 0) tell(event, look());
        else seq++;
      });
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @returns a function that says that something of a name has changed; names that change soon after one another are one event */
export function announceNames(notices: Pick<Notices, 'soon'>, event: EventOfNames): (name: string) => void {
  const changed = new Set<string>();
  return name => {
    changed.add(name);
    notices.soon(event, () => {
      const names = [...changed];
      changed.clear();
      return { names };
    });
  };
}
