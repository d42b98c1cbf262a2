// Edits the file of a link: as a form, and as text beside it. Each follows the other.
import type { App } from '../../models/app.ts';
import { waits } from '../../models/links/describe-link.ts';
import type { LinkEditor } from '../../models/links/link-editor.ts';
import { fieldGroups, linkFields } from '../../models/links/link-fields.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { FieldView } from './link-field.tsx';
import { LinkTemplates } from './link-templates.tsx';

export function LinkEditorView({ app, name }: { app: App; name: string }) {
  const { editor } = app.links;
  if (!editor.loaded.value) return null;
  const words = text.links.file;
  const isEmpty = editor.current.value.trim() === '';
  return (
    <div class="link-file">
      <section class="link-form" aria-label={words.form}>
        {isEmpty && <LinkTemplates editor={editor} />}
        {fieldGroups.map(group => (
          <fieldset key={group}>
            <legend>{text.links.groups[group]}</legend>
            {linkFields[group].map(field => (
              <FieldView key={field.word} editor={editor} field={field} />
            ))}
          </fieldset>
        ))}
      </section>
      <AsText app={app} editor={editor} name={name} />
    </div>
  );
}

function AsText({ app, editor, name }: { app: App; editor: LinkEditor; name: string }) {
  const words = text.links.file;
  const changed = editor.changed.value;
  const isEmpty = editor.current.value.trim() === '';
  const isWrong = editor.problems.value.length > 0;
  const state = editor.isFresh.value ? 'missing' : changed ? 'changed' : 'saved';
  const link = app.links.current.value;
  const hasMail = link !== undefined && waits([link]) > 0;
  return (
    <section class="link-text" aria-label={words.text}>
      <h3>
        <label for="link-text">{words.text}</label>
      </h3>
      <p class="path">
        <span class="mono">{words.path(name)}</span>, {words.state[state]}. {words.textHint}
      </p>
      {editor.conflict.value && <Conflict editor={editor} />}
      <textarea
        id="link-text"
        class="mono"
        value={editor.current.value}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="none"
        aria-invalid={isWrong}
        aria-describedby="link-problems"
        onInput={event => editor.edit(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          if (changed && !isWrong) void editor.save();
        }}
      />
      <Problems editor={editor} />
      <div class="pair">
        <Button
          kind="go"
          disabled={!changed || isEmpty || isWrong || editor.busy.value}
          onClick={() => void editor.save()}
        >
          {words.save}
        </Button>
        <Button kind="quiet" disabled={!changed || editor.isFresh.value} onClick={() => editor.revert()}>
          {words.revert}
        </Button>
        <span class="gap" />
        <Button kind="quiet" icon="trash" disabled={hasMail || editor.busy.value} onClick={() => void editor.remove()}>
          {words.remove}
        </Button>
      </div>
      {hasMail && <p class="path">{words.removeBlocked}</p>}
    </section>
  );
}

/** A problem in a line leads to that line. */
function Problems({ editor }: { editor: LinkEditor }) {
  const words = text.links.file;
  const problems = editor.problems.value;
  return (
    <div id="link-problems" role="status">
      {problems.length === 0 && editor.current.value.trim() !== '' && !editor.checking.value && (
        <p class="good">{words.noProblems}</p>
      )}
      {problems.length > 0 && (
        <ul class="link-problems" aria-label={words.problems}>
          {problems.map(({ line, text: what }, index) => (
            <li key={index}>
              {line === null ? (
                <b>{words.whole}</b>
              ) : (
                <button type="button" class="link" onClick={() => selectLine(line)}>
                  {words.line(line)}
                </button>
              )}{' '}
              {what}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function selectLine(line: number): void {
  const area = document.getElementById('link-text');
  if (!(area instanceof HTMLTextAreaElement)) return;
  const lines = area.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
}

function Conflict({ editor }: { editor: LinkEditor }) {
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
