// The controls that fields of links and of accounts share: a line, lines, a choice, yes or no.
import type { PlainControl as Control, WordField } from '../../models/word-file/word-fields.ts';
import { text } from '../../text/en.ts';
import { duration, size } from '../../text/format.ts';
import { Segmented } from '../../ui/segmented.tsx';
import type { ControlProps } from './field-frame.tsx';
import { LinesField } from './lines-field.tsx';
import { useTyped } from './use-typed.ts';

interface PlainControlProps extends ControlProps {
  readonly field: Omit<WordField, 'control'>;
  readonly control: Control;
  /** The labels of a choice, by value. */
  readonly choices: Readonly<Record<string, string>>;
}

/** Its parts have names of their own. */
export function isChoice(control: string): boolean {
  return control === 'choice' || control === 'yes-no';
}

export function PlainControl(props: PlainControlProps) {
  const { id, values, example, set } = props;
  switch (props.control) {
    case 'lines':
      return <LinesField id={id} values={values} example={example} set={set} />;
    case 'choice':
      return <ChoiceOf {...props} />;
    case 'yes-no':
      return <YesNo {...props} />;
    case 'text':
    case 'number':
    case 'amount':
      return <Line {...props} />;
  }
}

const inputModes = { number: 'numeric', amount: 'decimal' } as const;

function Line({ id, field: { unit }, control, values, example, set }: PlainControlProps) {
  const typed = useTyped<HTMLInputElement>(values[0] ?? '', text => set(text.trim() === '' ? [] : [text.trim()]));
  const count = Number(values[0] || Number.NaN);
  return (
    <>
      <input
        id={id}
        class="mono"
        placeholder={example}
        inputMode={control === 'number' || control === 'amount' ? inputModes[control] : undefined}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-describedby={`${id}-hint`}
        {...typed}
      />
      {unit && count >= 0 && <small>{unit === 'bytes' ? size(count) : duration(count * 1000)}</small>}
    </>
  );
}

function ChoiceOf({ field, label, choices, values, set }: PlainControlProps) {
  const [usual = '', ...others] = field.choices ?? [];
  return (
    <Segmented
      label={label}
      value={values[0] ?? usual}
      onChange={value => set(value === usual ? [] : [value])}
      options={[usual, ...others].map(value => ({ value, label: choices[value] ?? value }))}
    />
  );
}

function YesNo({ label, values, set }: PlainControlProps) {
  return (
    <Segmented
      label={label}
      value={values[0] === 'yes' ? 'yes' : 'no'}
      onChange={value => set(value === 'yes' ? ['yes'] : [])}
      options={(['no', 'yes'] as const).map(value => ({ value, label: text.wordFile[value] }))}
    />
  );
}
