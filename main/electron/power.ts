// The machine wakes or gets a network: everything that waits is tried at once, instead of at its next try.
import type { PowerMonitor } from 'electron';
import type { Clock } from '../../core/lib/clock.ts';
import type { Dispose } from '../../core/lib/dispose.ts';

/** Addresses of the machine by interface, as `os.networkInterfaces()` gives them. */
export type Interfaces = Readonly<
  Record<string, readonly { readonly address: string; readonly internal: boolean }[] | undefined>
>;

/** Electron has no event for this in the main process; one look costs microseconds. */
const lookEveryMs = 5_000;

export function watchPower(deps: {
  powerMonitor: Pick<PowerMonitor, 'on' | 'off'>;
  isOnline(): boolean;
  interfaces(): Interfaces;
  clock: Clock;
  retryAll(): void;
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
    known = now;
    if (isNew) retry('a network came up');
    cancel = deps.clock.after(lookEveryMs, look);
  }

  function onResume(): void {
    // The network is seldom there at once; what comes up later is new again.
    known = new Set();
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

/** The networks that the machine is in. IPv6 hosts change the lower half of their address daily: it says nothing. */
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
