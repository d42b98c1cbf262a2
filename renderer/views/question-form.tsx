// A field and a button that ask the host about what is typed.
import type { ReadonlySignal, Signal } from '@preact/signals';
import { Button } from '../ui/button.tsx';

interface QuestionFormProps {
  /** The class of the form, and the id of its field. */
  readonly name: string;
  /** The form's name for screen readers; undefined when the place around it has one. */
  readonly title?: string;
  /** Says what to type. */
  readonly label: string;
  /** Shown in the empty field; undefined: the label is shown there, and only there. */
  readonly example?: string;
  readonly go: string;
  readonly question: { readonly typed: Signal<string>; readonly busy: ReadonlySignal<boolean>; ask(): Promise<void> };
}

export function QuestionForm({ name, title, label, example, go, question }: QuestionFormProps) {
  const { typed, busy } = question;
  return (
    <form
      class={name}
      aria-label={title}
      onSubmit={event => {
        event.preventDefault();
        void question.ask();
      }}
    >
      <label for={name} class={example === undefined ? 'unseen' : undefined}>
        {label}
      </label>
      <input
        id={name}
        class="mono"
        placeholder={example ?? label}
        value={typed.value}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        onInput={event => (typed.value = event.currentTarget.value)}
      />
      <Button icon="search" disabled={busy.value || typed.value.trim() === ''} onClick={() => void question.ask()}>
        {go}
      </Button>
    </form>
  );
}
