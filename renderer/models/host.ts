// The host's state and the owner's settings.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../core/api/contract.ts';
import type { HostStatus, Settings } from '../../core/api/host.ts';
import { coalesce } from './coalesce.ts';
import type { Toasts } from './toasts.ts';

export interface HostModel {
  readonly status: ReadonlySignal<HostStatus | undefined>;
  readonly settings: ReadonlySignal<Settings | undefined>;
  change(patch: Partial<Settings>): Promise<void>;
}

export function createHostModel(api: Api, toasts: Toasts): HostModel {
  const status = signal<HostStatus>();
  const settings = signal<Settings>();
  let changing = 0;

  const load = coalesce(async () => {
    try {
      status.value = await api.call('host.status', {});
      await loadSettings();
    } catch (error) {
      toasts.failed(error);
    }
  });

  async function loadSettings(): Promise<void> {
    const fresh = await api.call('host.settings', {});
    if (changing === 0) settings.value = fresh;
  }

  api.on('host.changed', fresh => {
    status.value = fresh;
    loadSettings().catch(toasts.failed);
  });
  api.onGap(load);
  load();

  return {
    status,
    settings,
    async change(patch) {
      const before = settings.value;
      if (before) settings.value = { ...before, ...patch };
      changing += 1;
      try {
        const fresh = await api.call('host.change', patch);
        if (changing === 1) settings.value = fresh;
      } catch (error) {
        settings.value = before;
        toasts.failed(error);
      } finally {
        changing -= 1;
      }
    },
  };
}
