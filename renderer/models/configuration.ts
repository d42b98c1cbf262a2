// What the control files say, in words, and what may be wrong with them. It is asked for when the settings are opened.
import { signal } from '@preact/signals';
import type { Api, Reply } from '../../core/api/contract.ts';
import { createOneAtATime } from './one-at-a-time.ts';
import type { Toasts } from './toasts.ts';

export type ConfigurationModel = ReturnType<typeof createConfigurationModel>;

export function createConfigurationModel(api: Api, toasts: Toasts) {
  const found = signal<Reply<'host.configuration'>>();
  const { busy, run } = createOneAtATime(toasts);
  return {
    found,
    busy,
    /** @param dns the name servers are asked too, which may take some seconds */
    check: (dns = false) =>
      run(async () => {
        found.value = await api.call('host.configuration', { dns });
      }),
  };
}
