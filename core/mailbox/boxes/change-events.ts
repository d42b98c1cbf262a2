// Tells listeners about changes, at most ten times a second.
import type { EventData } from '../../api/contract.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Dispose } from '../../lib/dispose.ts';

type Listener<T> = (data: T) => void;

export interface ChangeEvents {
  /** Something has changed: listeners are called soon. */
  touch(): void;
  onChanged(listener: Listener<EventData<'mail.changed'>>): Dispose;
  arrived(data: EventData<'mail.arrived'>): void;
  onArrived(listener: Listener<EventData<'mail.arrived'>>): Dispose;
  readonly close: Dispose;
}

// The first change waits a moment for those that belong to it; a pause follows each event.
const gatherMs = 25;
const pauseMs = 100;

export function createChangeEvents(deps: { clock: Clock; snapshot: () => EventData<'mail.changed'> }): ChangeEvents {
  const { clock, snapshot } = deps;
  const changed = new Set<Listener<EventData<'mail.changed'>>>();
  const arrived = new Set<Listener<EventData<'mail.arrived'>>>();
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let cancel: Dispose | undefined;
  let closed = false;

  function tell(): void {
    cancel = undefined;
    toldAtMs = clock.nowMs();
    const data = snapshot();
    for (const listener of [...changed]) listener(data);
  }

  return {
    touch() {
      if (closed || cancel || changed.size === 0) return;
      // The clock may have been set back: never wait longer than one pause.
      const pause = Math.min(pauseMs, toldAtMs + pauseMs - clock.nowMs());
      cancel = clock.after(Math.max(gatherMs, pause), tell);
    },
    onChanged: listener => subscribe(changed, listener),
    arrived(data) {
      if (!closed) for (const listener of [...arrived]) listener(data);
    },
    onArrived: listener => subscribe(arrived, listener),
    close() {
      closed = true;
      cancel?.();
      cancel = undefined;
    },
  };
}

function subscribe<T>(listeners: Set<Listener<T>>, listener: Listener<T>): Dispose {
  // The same function may subscribe twice: each subscription is its own.
  const own: Listener<T> = data => listener(data);
  listeners.add(own);
  return () => {
    listeners.delete(own);
  };
}
