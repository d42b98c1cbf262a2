// One field of an account's form: its label, its control, the host's sentence about it, and what is wrong with its lines.
import type { AccountEditor } from '../../models/accounts/account-editor.ts';
import type { AccountFieldOf } from '../../models/accounts/account-fields.ts';
import { valuesOf, wordAt } from '../../models/links/link-file-text.ts';
import { text } from '../../text/en.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { LinesField } from '../links/lines-field.tsx';
import { useTyped } from '../links/use-typed.ts';

interface FieldProps {
  readonly editor: AccountEditor;
  readonly field: AccountFieldOf;
}

interface ControlProps {
  readonly field: AccountFieldOf;
  readonly id: string;
  readonly values: readonly string[];
  readonly example: string;
  readonly set: (values: readonly string[]) => void;
}

export function AccountFieldView({ editor, field }: FieldProps) {
  const { word, control } = field;
  const id = `account-${word}`;
  const words = editor.words.value.get(word);
  const label = text.accounts.fields[word];
  const wrong = editor.problems.value.filter(
    ({ line }) => line !== null && wordAt(editor.current.value, line) === word,
  );
  return (
    <div class={`setting ${control}`}>
      {control === 'choice' || control === 'yes-no' ? <span>{label}</span> : <label for={id}>{label}</label>}
      <div>
        <Control
          field={field}
          id={id}
          values={valuesOf(editor.current.value, word)}
          example={words ? text.links.file.example(words.example) : ''}
          set={values => editor.set(word, values)}
        />
        {wrong.map(({ text: what }, index) => (
          <p key={index} class="bad">
            {what}
          </p>
        ))}
        {words && <p id={`${id}-hint`}>{words.says}</p>}
      </div>
    </div>
  );
}

function Control(props: ControlProps) {
  const { field, values, set } = props;
  const label = text.accounts.fields[field.word];
  switch (field.control) {
    case 'lines':
      return <LinesField {...props} />;
    case 'choice': {
      const [usual = '', ...others] = field.choices ?? [];
      return (
        <Segmented
          label={label}
          value={values[0] ?? usual}
          onChange={value => set([value])}
          options={[usual, ...others].map(value => ({
            value,
            label: text.accounts.choices[value as keyof typeof text.accounts.choices],
          }))}
        />
      );
    }
    case 'yes-no':
      return (
        <Segmented
          label={label}
          value={values[0] === 'yes' ? 'yes' : 'no'}
          onChange={value => set(value === 'yes' ? ['yes'] : [])}
          options={(['no', 'yes'] as const).map(value => ({ value, label: text.links.file[value] }))}
        />
      );
    case 'text':
    case 'number':
      return <LineInput {...props} />;
  }
}

function LineInput({ field, id, values, example, set }: ControlProps) {
  const typed = useTyped<HTMLInputElement>(values[0] ?? '', text => set(text.trim() === '' ? [] : [text.trim()]));
  return (
    <input
      id={id}
      class="mono"
      placeholder={example}
      inputMode={field.control === 'number' ? 'numeric' : undefined}
      autocomplete="off"
      autocapitalize="none"
      spellcheck={false}
      aria-describedby={`${id}-hint`}
      {...typed}
    />
  );
}
