// Edits the file of an account: as a form, and as text beside it. Each follows the other.

import type { AccountEditor } from '../../models/accounts/account-editor.ts';
import { accountFields, accountGroups } from '../../models/accounts/account-fields.ts';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { AccountFieldView } from './account-field.tsx';
import { AccountPassword } from './account-password.tsx';
import { AccountTemplates } from './account-templates.tsx';

export function AccountEditorView({ app, name }: { app: App; name: string }) {
  const { editor } = app.accounts;
  const isEmpty = editor.current.value.trim() === '';
  return (
    <div class="link-file">
      <section class="link-form" aria-label={text.accounts.file.form}>
        {isEmpty && <AccountTemplates app={app} name={name} />}
        {accountGroups.map(group => (
          <fieldset key={group}>
            <legend>{text.accounts.groups[group]}</legend>
            {accountFields[group].map(field => (
              <AccountFieldView key={field.word} editor={editor} field={field} />
            ))}
            {group === 'where' && <AccountPassword editor={editor} />}
          </fieldset>
        ))}
      </section>
      <AsText editor={editor} name={name} />
    </div>
  );
}

function AsText({ editor, name }: { editor: AccountEditor; name: string }) {
  const words = text.links.file;
  const changed = editor.changed.value;
  const isWrong = editor.problems.value.length > 0;
  const isEmpty = editor.current.value.trim() === '';
  const state = editor.isFresh.value ? 'missing' : changed ? 'changed' : 'saved';
  return (
    <section class="link-text" aria-label={words.text}>
      <h3>
        <label for="account-text">{words.text}</label>
      </h3>
      <p class="path">
        <span class="mono">{text.accounts.file.path(name)}</span>, {words.state[state]}. {words.textHint}
      </p>
      {editor.conflict.value && <Conflict editor={editor} />}
      <textarea
        id="account-text"
        class="mono"
        value={editor.current.value}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="none"
        aria-invalid={isWrong}
        aria-describedby="account-problems"
        onInput={event => editor.edit(event.currentTarget.value)}
      />
      <div id="account-problems" role="status">
        {!isWrong && !isEmpty && <p class="good">{words.noProblems}</p>}
        {isWrong && (
          <ul class="link-problems" aria-label={words.problems}>
            {editor.problems.value.map(({ line, text: what }, index) => (
              <li key={index}>
                <b>{line === null ? words.whole : words.line(line)}</b> {what}
              </li>
            ))}
          </ul>
        )}
      </div>
      <div class="pair">
        <Button
          kind="go"
          disabled={!changed || isEmpty || isWrong || editor.busy.value}
          onClick={() => void editor.save()}
        >
          {text.accounts.file.save}
        </Button>
        <Button kind="quiet" disabled={!changed || editor.isFresh.value} onClick={() => editor.revert()}>
          {words.revert}
        </Button>
        <span class="gap" />
        <Button kind="quiet" icon="trash" disabled={editor.busy.value} onClick={() => void editor.remove()}>
          {text.accounts.file.remove}
        </Button>
      </div>
    </section>
  );
}

function Conflict({ editor }: { editor: AccountEditor }) {
  const words = text.links.file;
  return (
    <div class="callout" role="alert">
      <p>
        <b>{words.staleTitle}.</b> {words.stale}
      </p>
      <Button onClick={() => editor.loadTheirs()}>{words.loadTheirs}</Button>
      <Button onClick={() => void editor.keepMine()}>{words.keepMine}</Button>
    </div>
  );
}
