// The password of an account: it goes to the host, which writes it to its file, and is kept nowhere here.
import type { ReadonlySignal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import { text } from '../../text/en.ts';
import { createOneAtATime } from '../one-at-a-time.ts';
import type { Toasts } from '../toasts.ts';

export interface AccountPassword {
  readonly busy: ReadonlySignal<boolean>;
  save(account: string, password: string): Promise<void>;
}

/** @param saved the account may work now */
export function createAccountPassword(api: Api, toasts: Toasts, saved: () => void): AccountPassword {
  const { busy, run } = createOneAtATime(toasts);
  return {
    busy,
    save: (account, password) =>
      run(async () => {
        await api.call('fetch.password', { name: account, password });
        toasts.show(text.accounts.did.password(account));
        saved();
      }),
  };
}
