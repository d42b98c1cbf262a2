// The frame of one field in a word file's form: its label, the host's sentence about it, and what is wrong with its lines.
import type { ComponentChildren } from 'preact';
import type { WordEditor } from '../../models/word-file/word-editor.ts';
import { valuesOf, wordAt } from '../../models/word-file/word-file-text.ts';
import { text } from '../../text/en.ts';

/** What the control of a field gets. */
export interface ControlProps {
  readonly id: string;
  readonly label: string;
  readonly values: readonly string[];
  readonly example: string;
  readonly set: (values: readonly string[]) => void;
}

interface FieldFrameProps<Word extends string> {
  readonly editor: WordEditor<Word>;
  readonly field: { readonly word: Word; readonly control: string };
  readonly label: string;
  /** The control has several parts, with names of their own. */
  readonly isGroup: boolean;
  readonly children: (props: ControlProps) => ComponentChildren;
}

export function FieldFrame<Word extends string>(props: FieldFrameProps<Word>) {
  const { editor, field, label, isGroup, children } = props;
  const { word, control } = field;
  const id = `word-${word}`;
  const help = editor.help.value.get(word);
  const file = editor.current.value;
  const wrong = editor.problems.value.filter(({ line }) => line !== null && wordAt(file, line) === word);
  return (
    <div class={`setting ${control}`}>
      {isGroup ? <span>{label}</span> : <label for={id}>{label}</label>}
      <div>
        {children({
          id,
          label,
          values: valuesOf(file, word),
          example: help ? text.wordFile.example(help.example) : '',
          set: values => editor.set(word, values),
        })}
        {wrong.map(({ text: what }, index) => (
          <p key={index} class="bad">
            {what}
          </p>
        ))}
        {help && <p id={`${id}-hint`}>{help.says}</p>}
      </div>
    </div>
  );
}
