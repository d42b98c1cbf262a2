// Work that the host is asked for, one piece at a time: while one runs no other starts, and a failure is shown.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Toasts } from './toasts.ts';

export interface OneAtATime {
  readonly busy: ReadonlySignal<boolean>;
  /** Does nothing while something runs. */
  run(work: () => Promise<void>): Promise<void>;
}

export function createOneAtATime(toasts: Pick<Toasts, 'failed'>): OneAtATime {
  const busy = signal(false);
  return {
    busy,
    async run(work) {
      if (busy.value) return;
      busy.value = true;
      try {
        await work();
      } catch (error) {
        toasts.failed(error);
      } finally {
        busy.value = false;
      }
    },
  };
}
