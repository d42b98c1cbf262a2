// A pause that ends early when its work is stopped, and leaves nothing behind on the signal.
import type { Clock } from './clock.ts';

export function pause(clock: Clock, ms: number, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise(resolve => {
    const cancel = clock.after(ms, end);
    stop.addEventListener('abort', end);
    function end(): void {
      cancel();
      stop.removeEventListener('abort', end);
      resolve();
    }
  });
}
