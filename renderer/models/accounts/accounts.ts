// The accounts whose mail is fetched: all as the host knows them, and the one on screen in the links place.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import type { AccountStatus } from '../../../core/api/fetch.ts';
import { text } from '../../text/en.ts';
import { coalesce } from '../coalesce.ts';
import type { Timers } from '../timers.ts';
import type { Toasts } from '../toasts.ts';
import { createWordNames } from '../word-file/word-names.ts';
import { createAccountEditor } from './account-editor.ts';
import { createAccountPassword } from './account-password.ts';

export type AccountsModel = ReturnType<typeof createAccountsModel>;

/** A busy host is asked at most this often. */
const breathMs = 500;

/** @param withoutLinks there are none: an account is shown first in the place that both share */
export function createAccountsModel(api: Api, timers: Timers, toasts: Toasts, withoutLinks: ReadonlySignal<boolean>) {
  const all = signal<readonly AccountStatus[]>();
  const chosen = signal('');
  let watchers = 0;
  const names = createWordNames(all);
  const name = computed(() => {
    if (chosen.value !== '') return chosen.value;
    return withoutLinks.value ? (names.all.value[0] ?? '') : '';
  });
  const editor = createAccountEditor(api, { timers, toasts, names, name, saved: () => void load() });
  const password = createAccountPassword(api, toasts, () => void load());
  const current = computed(() => all.value?.find(account => account.name === name.value));

  const load = coalesce(async () => {
    try {
      const { accounts } = await api.call('fetch.list', {});
      batch(() => {
        all.value = accounts;
        if (!names.all.value.includes(chosen.value)) chosen.value = '';
      });
      if (watchers > 0) await editor.load();
      await new Promise<void>(resolve => timers.later(resolve, breathMs));
    } catch (error) {
      if (watchers > 0) toasts.failed(error);
    }
  });

  async function attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      toasts.failed(error);
    }
    void load();
  }

  function choose(which: string): void {
    chosen.value = which;
    editor.load().catch(toasts.failed);
  }

  api.on('fetch.changed', () => void load());
  api.onGap(() => void load());
  void load();

  return {
    /** Undefined until the host has answered. */
    all: all as ReadonlySignal<readonly AccountStatus[] | undefined>,
    /** Those of the host, and those that are being made. */
    names: names.all,
    /** '': a link is shown instead. */
    name,
    /** Undefined for one that is not saved yet. */
    current,
    editor,
    password,
    /** Follows the host while the place is on screen; the returned function stops that. */
    watch(): () => void {
      watchers += 1;
      void load();
      return () => {
        watchers -= 1;
      };
    },
    /** @param which '': none */
    choose,
    /** Starts an account. @returns what is wrong with its name, if anything */
    add(which: string): string | undefined {
      const wrong = editor.add(which);
      if (wrong === undefined) choose(which);
      return wrong;
    },
    fetchNow: (which: string) =>
      attempt(async () => {
        const { started } = await api.call('fetch.now', { name: which });
        toasts.show(started ? text.accounts.did.started(which) : text.accounts.did.running(which));
      }),
    stop: (which: string) =>
      attempt(async () => {
        await api.call('fetch.stop', { name: which });
        toasts.show(text.accounts.did.stopped(which));
      }),
  };
}
