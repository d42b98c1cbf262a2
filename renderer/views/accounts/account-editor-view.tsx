// Edits the file of an account.
import { accountFields, accountGroups } from '../../models/accounts/account-fields.ts';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { WordFileView } from '../word-file/word-file-view.tsx';
import { AccountFieldView } from './account-field.tsx';
import { AccountPassword } from './account-password.tsx';
import { AccountTemplates } from './account-templates.tsx';

export function AccountEditorView({ app, name }: { app: App; name: string }) {
  const { editor } = app.accounts;
  return (
    <WordFileView
      editor={editor}
      name={name}
      words={text.accounts.file}
      templates={<AccountTemplates app={app} name={name} />}
    >
      {accountGroups.map(group => (
        <fieldset key={group}>
          <legend>{text.accounts.groups[group]}</legend>
          {accountFields[group].map(field => (
            <AccountFieldView key={field.word} editor={editor} field={field} />
          ))}
          {group === 'where' && <AccountPassword accounts={app.accounts} name={name} />}
        </fieldset>
      ))}
    </WordFileView>
  );
}
