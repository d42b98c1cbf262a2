// The accounts, each with its state.
import { accountMark } from '../../models/accounts/describe-account.ts';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { type NamedRow, NameList } from '../word-file/name-list.tsx';

export function AccountList({ app: { accounts } }: { app: App }) {
  const { make, list, notSaved } = text.accounts;
  const rowOf = (name: string): NamedRow => {
    const account = accounts.all.value?.find(each => each.name === name);
    return {
      name,
      isCurrent: name === accounts.name.value,
      mark: account ? accountMark(account) : { tone: 'wait', words: notSaved },
      isEdited: account !== undefined && accounts.editor.edits.value.has(name),
      more: account?.user,
    };
  };
  return (
    <NameList
      title={list}
      rows={accounts.names.value.map(rowOf)}
      choose={accounts.choose}
      make={{ ...make, id: 'new-account', add: name => accounts.add(name) }}
    />
  );
}
