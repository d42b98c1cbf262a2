// One field of the guide: label, control, and a hint or what is wrong with it.
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong; undefined: nothing. */
  readonly wrong?: string | undefined;
  readonly children: (given: GivenProps) => ComponentChildren;
}

/** What ties a control to its label and hint. */
interface GivenProps {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean;
}

export function GuideField({ label, hint, wrong, children }: FieldProps) {
  const id = useId();
  const says = wrong ?? hint;
  return (
    <div class="setting">
      <label for={id}>{label}</label>
      <div>
        {children({
          id,
          'aria-describedby': says === undefined ? undefined : `${id}-hint`,
          'aria-invalid': wrong !== undefined,
        })}
        {says !== undefined && (
          <p
            id={`${id}-hint`}
            class={wrong === undefined ? undefined : 'wrong'}
            role={wrong === undefined ? undefined : 'alert'}
          >
            {says}
          </p>
        )}
      </div>
    </div>
  );
}

interface TextProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly wrong?: string | undefined;
  readonly value: string;
  readonly onInput: (value: string) => void;
  /** What is typed is not shown. */
  readonly secret?: boolean;
  readonly autocomplete?: string;
  /** An address, a host, a path. */
  readonly mono?: boolean;
  readonly maxLength: number;
}

export function GuideText(props: TextProps) {
  const { label, hint, wrong, value, onInput, secret, autocomplete = 'off', mono, maxLength } = props;
  return (
    <GuideField label={label} hint={hint} wrong={wrong}>
      {given => {
        const all = {
          ...given,
          ...{ value, maxLength, autocomplete, spellcheck: false },
          autocapitalize: 'none' as const,
          class: mono ? 'mono' : undefined,
          onInput: (event: { readonly currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value),
        };
        return secret ? <input {...all} type="password" /> : <input {...all} type="text" />;
      }}
    </GuideField>
  );
}
