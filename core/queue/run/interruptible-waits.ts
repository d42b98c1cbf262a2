// Waits that a stop of the host cuts short.
import type { Clock } from '../../lib/clock.ts';

export interface InterruptibleWaits {
  /** @returns false when the host stops, at once if it is stopping already */
  wait(delayMs: number): Promise<boolean>;
  /** The host stops. */
  end(): void;
}

export function createInterruptibleWaits(clock: Clock): InterruptibleWaits {
  const underWay = new Set<(goOn: boolean) => void>();
  let ended = false;
  return {
    wait(delayMs) {
      return new Promise(resolve => {
        const end = (goOn: boolean) => {
          cancel();
          underWay.delete(end);
          resolve(goOn);
        };
        const cancel = clock.after(delayMs, () => end(true));
        underWay.add(end);
        if (ended) end(false);
      });
    },
    end() {
      ended = true;
      for (const end of underWay) end(false);
    },
  };
}
