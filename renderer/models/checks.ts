// What the host finds when it looks at itself, check by check. It is asked for when the place is opened.
import { signal } from '@preact/signals';
import type { Api, Reply } from '../../core/api/contract.ts';
import { createOneAtATime } from './one-at-a-time.ts';
import type { Toasts } from './toasts.ts';

export type ChecksModel = ReturnType<typeof createChecksModel>;

export function createChecksModel(api: Api, toasts: Toasts) {
  const found = signal<Reply<'host.checks'>>();
  const { busy, run } = createOneAtATime(toasts);
  return {
    found,
    busy,
    /** @param network others are asked too, which takes some seconds */
    look: (network = false) =>
      run(async () => {
        found.value = await api.call('host.checks', { network });
      }),
  };
}
