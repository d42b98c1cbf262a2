// A word file as text, what is wrong with it, and the buttons that save, undo and remove.
import { useRef } from 'preact/hooks';
import type { WordEditor } from '../../models/word-file/word-editor.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { FileConflict } from './file-conflict.tsx';
import { FileProblems } from './file-problems.tsx';

export interface FileTextWords {
  path(name: string): string;
  readonly save: string;
  readonly remove: string;
}

interface FileTextProps {
  readonly editor: WordEditor<never>;
  readonly name: string;
  readonly words: FileTextWords;
  readonly removeBlocked: string | undefined;
}

export function FileText({ editor, name, words, removeBlocked }: FileTextProps) {
  const { state, text: label, textHint, revert } = text.wordFile;
  const area = useRef<HTMLTextAreaElement>(null);
  const changed = editor.changed.value;
  return (
    <section class="word-text" aria-label={label}>
      <h3>
        <label for="word-text">{label}</label>
      </h3>
      <p class="path">
        <span class="mono">{words.path(name)}</span>,{' '}
        {state[editor.isFresh.value ? 'missing' : changed ? 'changed' : 'saved']}. {textHint}
      </p>
      {editor.conflict.value && <FileConflict editor={editor} />}
      <textarea
        id="word-text"
        ref={area}
        class="mono"
        value={editor.current.value}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="none"
        aria-invalid={editor.problems.value.length > 0}
        aria-describedby="word-problems"
        onInput={event => editor.edit(event.currentTarget.value)}
      />
      <FileProblems
        id="word-problems"
        editor={editor}
        select={line => area.current && selectLine(area.current, line)}
      />
      <div class="pair">
        <Button kind="go" disabled={!isRight(editor) || editor.busy.value} onClick={() => saveIfRight(editor)}>
          {words.save}
        </Button>
        <Button kind="quiet" disabled={!changed || editor.isFresh.value} onClick={() => editor.revert()}>
          {revert}
        </Button>
        <span class="gap" />
        <Button
          kind="quiet"
          icon="trash"
          disabled={removeBlocked !== undefined || editor.busy.value}
          onClick={() => void editor.remove()}
        >
          {words.remove}
        </Button>
      </div>
      {removeBlocked !== undefined && <p class="path">{removeBlocked}</p>}
    </section>
  );
}

export function saveIfRight(editor: WordEditor<never>): void {
  if (isRight(editor)) void editor.save();
}

/** There is something to save, and the host has found nothing wrong with it. */
function isRight({ changed, current, problems }: WordEditor<never>): boolean {
  return changed.value && current.value.trim() !== '' && problems.value.length === 0;
}

function selectLine(area: HTMLTextAreaElement, line: number): void {
  const lines = area.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
}
