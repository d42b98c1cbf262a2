// The password of an account: written to its file in secrets/, never shown.
import { useSignal } from '@preact/signals';
import type { AccountsModel } from '../../models/accounts/accounts.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';

export function AccountPassword({ accounts, name }: { accounts: AccountsModel; name: string }) {
  const typed = useSignal('');
  const { label, hint, first, save } = text.accounts.password;
  const isFresh = accounts.editor.isFresh.value;
  return (
    <div class="setting text">
      <label for="account-password">{label}</label>
      <div>
        <div class="kind-and-value">
          <input
            id="account-password"
            type="password"
            value={typed.value}
            disabled={isFresh}
            autocomplete="off"
            aria-describedby="account-password-hint"
            onInput={event => {
              typed.value = event.currentTarget.value;
            }}
          />
          <Button
            disabled={isFresh || typed.value === '' || accounts.password.busy.value}
            onClick={() => {
              const password = typed.value;
              typed.value = '';
              void accounts.password.save(name, password);
            }}
          >
            {save}
          </Button>
        </div>
        <p id="account-password-hint">{isFresh ? first : hint}</p>
      </div>
    </div>
  );
}
