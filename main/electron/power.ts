// Tries all waiting messages at once when the machine wakes up or gets a network, and has links looked at whenever a network comes
// or goes.
import type { PowerMonitor } from 'electron';
import type { Clock } from '../../core/lib/clock.ts';
import type { Dispose } from '../../core/lib/dispose.ts';

/** Addresses of the machine by interface, as `os.networkInterfaces()` gives them. */
export type Interfaces = Readonly<
  Record<string, readonly { readonly address: string; readonly internal: boolean }[] | undefined>
>;

/** Electron's main process has no event for networks; one look takes microseconds. */
const lookEveryMs = 5_000;

export function watchPower(deps: {
  powerMonitor: Pick<PowerMonitor, 'on' | 'off'>;
  isOnline(): boolean;
  interfaces(): Interfaces;
  clock: Clock;
  retryAll(): void;
  /** A network came or went, or may have while the machine slept. */
  networkChanged(): void;
  quit(): void;
  log(line: string): void;
}): Dispose {
  let known = networksOf(deps);
  let cancel = () => {};

  function retry(why: string): void {
    deps.log(`${why}: trying everything that waits`);
    deps.retryAll();
  }

  function look(): void {
    const now = networksOf(deps);
    const isNew = [...now].some(network => !known.has(network));
    const isGone = [...known].some(network => !now.has(network));
    known = now;
    if (isNew || isGone) deps.networkChanged();
    if (isNew) retry('a network came up');
    cancel = deps.clock.after(lookEveryMs, look);
  }

  function onResume(): void {
    // The network is rarely up at once: every network that comes up from now on counts as new.
    known = new Set();
    deps.networkChanged();
    retry('the machine woke up');
  }

  function onShutdown(event?: { preventDefault(): void }): void {
    event?.preventDefault();
    deps.quit();
  }

  deps.powerMonitor.on('resume', onResume);
  deps.powerMonitor.on('shutdown', onShutdown);
  cancel = deps.clock.after(lookEveryMs, look);
  return () => {
    cancel();
    deps.powerMonitor.off('resume', onResume);
    deps.powerMonitor.off('shutdown', onShutdown);
  };
}

/** The networks of the machine. The lower half of an IPv6 address changes daily and is ignored. */
function networksOf(deps: { isOnline(): boolean; interfaces(): Interfaces }): Set<string> {
  if (!deps.isOnline()) return new Set();
  return new Set(
    Object.entries(deps.interfaces()).flatMap(([name, addresses]) =>
      (addresses ?? [])
        .filter(({ address, internal }) => !internal && !/^fe[89ab]/i.test(address))
        .map(({ address }) => `${name} ${address.includes(':') ? address.split(':').slice(0, 4).join(':') : address}`),
    ),
  );
}
