// Edits one rule: line by line in words, and as text. Each follows the other.
import type { RuleFile } from '../../../core/api/rules.ts';
import { splitLines } from '../../models/rules/rule-text.ts';
import type { RulesModel } from '../../models/rules/rules.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { RuleLines } from './rule-lines.tsx';
import { Templates } from './templates.tsx';

export function RuleEditor({ rules, file }: { rules: RulesModel; file: RuleFile }) {
  const current = rules.current.value;
  const changed = rules.changed.value;
  const count = splitLines(current).length;
  return (
    <>
      <section class="steps" aria-label={file.address}>
        <div class="title">
          <h2>{file.address}</h2>
          {(file.exists || file.name !== '') && (
            <Button kind="quiet" icon="trash" disabled={rules.busy.value} onClick={() => void rules.remove()}>
              {text.rules.remove}
            </Button>
          )}
        </div>
        <p class="path">
          <span class="mono">{file.path}</span>, {text.rules.lines(count)},{' '}
          {changed ? text.rules.state.changed : file.exists ? text.rules.state.saved : text.rules.state.missing}
        </p>
        {file.warning !== null && <Warning words={file.warning} />}
        {!file.exists && !changed && <p class="note">{file.name === '' ? text.rules.byDefault : text.rules.nobody}</p>}
        {current.trim() === '' ? (
          <Templates rules={rules} file={file} />
        ) : (
          <RuleLines rules={rules} explained={rules.explained.value} />
        )}
        {rules.explained.value?.says && (
          <p class="says">
            <Icon name="mail" />
            {rules.explained.value.says}
          </p>
        )}
      </section>
      <section class="as-text" aria-label={text.rules.asText}>
        <h2>
          <label for="rule-text">{text.rules.editor}</label>
        </h2>
        <p class="path">{text.rules.editorHint}</p>
        {rules.conflict.value && <Conflict rules={rules} />}
        <textarea
          id="rule-text"
          class="mono"
          value={current}
          spellcheck={false}
          autocomplete="off"
          autocapitalize="none"
          aria-invalid={rules.wrong.value !== undefined}
          aria-describedby={rules.wrong.value === undefined ? undefined : 'rule-wrong'}
          onInput={event => rules.edit(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            if (changed) void rules.save();
          }}
        />
        <p id="rule-wrong" class="bad" role="alert">
          {rules.wrong.value}
        </p>
        <div class="pair">
          <Button kind="go" disabled={!changed || rules.busy.value} onClick={() => void rules.save()}>
            {text.rules.save}
          </Button>
          <Button kind="quiet" disabled={!changed} onClick={() => rules.revert()}>
            {text.rules.revert}
          </Button>
        </div>
      </section>
    </>
  );
}

function Warning({ words }: { words: string }) {
  return (
    <p class="warning">
      <Icon name="warn" />
      {words}
    </p>
  );
}

function Conflict({ rules }: { rules: RulesModel }) {
  return (
    <div class="callout" role="alert">
      <p>
        <b>{text.rules.staleTitle}.</b> {text.rules.stale}
      </p>
      <Button onClick={() => rules.revert()}>{text.rules.loadTheirs}</Button>
      <Button onClick={() => void rules.keepMine()}>{text.rules.keepMine}</Button>
    </div>
  );
}
