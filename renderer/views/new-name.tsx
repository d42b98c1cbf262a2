// A button that opens a small form, which asks for the name of something new.
import { useSignal } from '@preact/signals';
import { text } from '../text/en.ts';
import { Button } from '../ui/button.tsx';

interface NewNameProps {
  /** The id of the field. */
  readonly id: string;
  readonly button: string;
  readonly label: string;
  readonly hint: string;
  readonly go: string;
  /** @returns what is wrong with the name, if anything */
  readonly add: (name: string) => string | undefined;
}

export function NewName({ id, button, label, hint, go, add }: NewNameProps) {
  const open = useSignal(false);
  const typed = useSignal('');
  const wrong = useSignal<string | undefined>(undefined);
  if (!open.value) {
    return (
      <Button icon="plus" onClick={() => (open.value = true)}>
        {button}
      </Button>
    );
  }
  function submit(): void {
    wrong.value = add(typed.value);
    if (wrong.value !== undefined) return;
    typed.value = '';
    open.value = false;
  }
  return (
    <form
      class="new-name"
      onSubmit={event => {
        event.preventDefault();
        submit();
      }}
    >
      <label for={id}>{label}</label>
      <input
        id={id}
        class="mono"
        value={typed.value}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-invalid={wrong.value !== undefined}
        aria-describedby={`${id}-hint`}
        ref={element => element?.focus()}
        onInput={event => {
          typed.value = event.currentTarget.value;
          wrong.value = undefined;
        }}
        onKeyDown={event => {
          if (event.key === 'Escape') open.value = false;
        }}
      />
      <p id={`${id}-hint`} class={wrong.value ? 'bad' : ''}>
        {wrong.value ?? hint}
      </p>
      <div class="pair">
        <Button kind="go" onClick={submit}>
          {go}
        </Button>
        <Button kind="quiet" onClick={() => (open.value = false)}>
          {text.shell.cancel}
        </Button>
      </div>
    </form>
  );
}
