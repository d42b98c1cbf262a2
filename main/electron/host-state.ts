// The host's state and the user's settings, for all parts of the desktop: one subscription, one snapshot.

import type { Notice } from '../../core/api/errors.ts';
import type { HostStatus, Settings } from '../../core/api/host.ts';
import type { Dispose } from '../../core/lib/dispose.ts';

export interface HostState {
  readonly status: HostStatus;
  readonly settings: Settings;
}

/** The part of the host that is watched. */
export interface WatchedHost {
  notices(listener: (notice: Notice) => void): Dispose;
  status(): HostStatus;
  settings(): Settings;
}

export interface HostWatch {
  current(): HostState;
  /** Calls the listener now and after every change. */
  each(listener: (state: HostState) => void): Dispose;
  dispose: Dispose;
}

export function watchHost(host: WatchedHost): HostWatch {
  const listeners = new Set<(state: HostState) => void>();
  let state: HostState = { status: host.status(), settings: host.settings() };
  const dispose = host.notices(notice => {
    if (notice.event !== 'host.changed') return;
    state = { status: host.status(), settings: host.settings() };
    for (const listener of listeners) listener(state);
  });
  return {
    current: () => state,
    each(listener) {
      listeners.add(listener);
      listener(state);
      return () => listeners.delete(listener);
    },
    dispose,
  };
}
