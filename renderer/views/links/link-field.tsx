// One field of a link's form.
import { firstWord } from '../../../core/api/link-grammar.ts';
import type { LinkEditor } from '../../models/links/link-editor.ts';
import type { FieldOf } from '../../models/links/link-fields.ts';
import { text } from '../../text/en.ts';
import { type ControlProps, FieldFrame } from '../word-file/field-frame.tsx';
import { isChoice, PlainControl } from '../word-file/plain-control.tsx';
import { useTyped } from '../word-file/use-typed.ts';
import { StepsField } from './steps-field.tsx';
import { WindowsTable } from './windows-table.tsx';

interface FieldProps {
  readonly editor: LinkEditor;
  readonly field: FieldOf;
}

export function LinkFieldView({ editor, field }: FieldProps) {
  const { word, control } = field;
  return (
    <FieldFrame
      editor={editor}
      field={field}
      label={text.links.fields[word]}
      isGroup={isChoice(control) || control === 'windows' || control === 'steps'}
    >
      {props => <Control {...props} field={field} />}
    </FieldFrame>
  );
}

function Control({ field, ...props }: ControlProps & { field: FieldOf }) {
  switch (field.control) {
    case 'known-by':
      return <KnownBy {...props} kinds={field.choices ?? []} />;
    case 'steps':
      return <StepsField {...props} />;
    case 'windows':
      return <WindowsTable {...props} />;
    default:
      return <PlainControl {...props} field={field} control={field.control} choices={text.links.choices} />;
  }
}

function KnownBy({ id, values, example, set, kinds }: ControlProps & { kinds: readonly string[] }) {
  const { word: written, rest } = firstWord(values[0] ?? '');
  const kind = kinds.includes(written) ? written : (kinds[0] ?? '');
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
        {kinds.map(value => (
          <option key={value} value={value}>
            {text.links.choices[value as keyof typeof text.links.choices]}
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
