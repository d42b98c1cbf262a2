// A field with a value on each line, for a word that repeats.
import { useTyped } from './use-typed.ts';

interface LinesFieldProps {
  readonly id: string;
  readonly values: readonly string[];
  readonly example: string;
  readonly set: (values: readonly string[]) => void;
  /** Its name, where no label has it. */
  readonly label?: string;
}

const fewest = 2;
const most = 8;

export function LinesField({ id, values, example, set, label }: LinesFieldProps) {
  const typed = useTyped<HTMLTextAreaElement>(values.join('\n'), text =>
    set(
      text
        .split('\n')
        .map(line => line.trim())
        .filter(line => line !== ''),
    ),
  );
  return (
    <textarea
      id={id}
      class="mono"
      aria-label={label}
      aria-describedby={`${id}-hint`}
      rows={Math.max(fewest, Math.min(most, values.length))}
      placeholder={example}
      autocomplete="off"
      autocapitalize="none"
      spellcheck={false}
      {...typed}
    />
  );
}
