// One field of a link's form: its label, its control, the host's sentence about it, and what is wrong with its lines.
import { firstWord } from '../../../core/api/link-grammar.ts';
import type { LinkEditor } from '../../models/links/link-editor.ts';
import type { FieldOf } from '../../models/links/link-fields.ts';
import { valuesOf, wordAt } from '../../models/links/link-file-text.ts';
import { text } from '../../text/en.ts';
import { duration, size } from '../../text/format.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { LinesField } from './lines-field.tsx';
import { StepsField } from './steps-field.tsx';
import { useTyped } from './use-typed.ts';
import { WindowsTable } from './windows-table.tsx';

interface FieldProps {
  readonly editor: LinkEditor;
  readonly field: FieldOf;
}

interface ControlProps extends FieldProps {
  readonly id: string;
  readonly values: readonly string[];
  readonly example: string;
  readonly set: (values: readonly string[]) => void;
}

type Choice = keyof typeof text.links.choices;

export function FieldView({ editor, field }: FieldProps) {
  const { word } = field;
  const id = `link-${word}`;
  const words = editor.words.value.get(word);
  const label = text.links.fields[word];
  const wrong = editor.problems.value.filter(
    ({ line }) => line !== null && wordAt(editor.current.value, line) === word,
  );
  const isGroup =
    field.control === 'choice' ||
    field.control === 'yes-no' ||
    field.control === 'windows' ||
    field.control === 'steps';
  return (
    <div class={`setting ${field.control}`}>
      {isGroup ? <span>{label}</span> : <label for={id}>{label}</label>}
      <div>
        <Control
          editor={editor}
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
  switch (props.field.control) {
    case 'lines':
      return <LinesField {...props} />;
    case 'choice':
      return <ChoiceOf {...props} />;
    case 'yes-no':
      return <YesNo {...props} />;
    case 'known-by':
      return <KnownBy {...props} />;
    case 'steps':
      return <StepsField {...props} />;
    case 'windows':
      return <WindowsTable {...props} />;
    case 'text':
    case 'number':
    case 'amount':
      return <Line {...props} />;
  }
}

function Line(props: ControlProps) {
  const { unit } = props.field;
  const count = Number(props.values[0] || Number.NaN);
  return (
    <>
      <LineInput {...props} />
      {unit && count >= 0 && <small>{unit === 'bytes' ? size(count) : duration(count * 1000)}</small>}
    </>
  );
}

function LineInput({ field, id, values, example, set }: ControlProps) {
  const typed = useTyped<HTMLInputElement>(values[0] ?? '', text => set(text.trim() === '' ? [] : [text.trim()]));
  return (
    <input
      id={id}
      class="mono"
      placeholder={example}
      inputMode={field.control === 'text' ? undefined : field.control === 'number' ? 'numeric' : 'decimal'}
      autocomplete="off"
      autocapitalize="none"
      spellcheck={false}
      aria-describedby={`${id}-hint`}
      {...typed}
    />
  );
}

function ChoiceOf({ field, values, set }: ControlProps) {
  const choices = field.choices ?? [];
  return (
    <Segmented
      label={text.links.fields[field.word]}
      value={values[0] ?? choices[0] ?? ''}
      onChange={value => set(value === choices[0] ? [] : [value])}
      options={choices.map(value => ({ value, label: text.links.choices[value as Choice] }))}
    />
  );
}

function YesNo({ field, values, set }: ControlProps) {
  return (
    <Segmented
      label={text.links.fields[field.word]}
      value={values[0] === 'yes' ? 'yes' : 'no'}
      onChange={value => set(value === 'yes' ? ['yes'] : [])}
      options={(['no', 'yes'] as const).map(value => ({ value, label: text.links.file[value] }))}
    />
  );
}

function KnownBy({ field, id, values, example, set }: ControlProps) {
  const { word: written, rest } = firstWord(values[0] ?? '');
  const choices = field.choices ?? [];
  const kind = choices.includes(written) ? written : (choices[0] ?? '');
  const typed = useTyped<HTMLInputElement>(rest, text => set([`${kind} ${text}`.trim()]));
  const asks = kind in text.links.knownBy ? text.links.knownBy[kind as keyof typeof text.links.knownBy] : undefined;
  return (
    <div class="kind-and-value">
      <select
        id={id}
        value={kind}
        aria-describedby={`${id}-hint`}
        onChange={event => set([`${event.currentTarget.value} ${rest}`.trim()])}
      >
        {choices.map(value => (
          <option key={value} value={value}>
            {text.links.choices[value as Choice]}
          </option>
        ))}
      </select>
      {asks !== undefined && (
        <input
          class="mono"
          aria-label={asks}
          title={asks}
          placeholder={kind === 'interface' ? example : asks}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          {...typed}
        />
      )}
    </div>
  );
}
