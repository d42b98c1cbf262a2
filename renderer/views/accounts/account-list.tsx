// The accounts below the links, each with its state, and the form for a new one.

import { accountMark } from '../../models/accounts/describe-account.ts';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { NewName } from '../new-name.tsx';

export function AccountList({ app: { accounts } }: { app: App }) {
  const { make, list } = text.accounts;
  return (
    <>
      <h2>{list}</h2>
      <ul>
        {accounts.names.value.map(name => {
          const account = accounts.all.value?.find(each => each.name === name);
          const mark = account ? accountMark(account) : { tone: 'wait', words: text.accounts.notSaved };
          return (
            <li key={name}>
              <button
                type="button"
                aria-current={name === accounts.name.value ? 'true' : undefined}
                onClick={() => accounts.choose(name)}
              >
                <span class="mono">{name}</span>
                <span class={`chip ${mark.tone}`}>{mark.words}</span>
                {account && <small>{account.user}</small>}
              </button>
            </li>
          );
        })}
      </ul>
      <NewName
        id="new-account"
        button={make.button}
        label={make.label}
        hint={make.hint}
        go={make.go}
        add={name => accounts.add(name)}
      />
    </>
  );
}
