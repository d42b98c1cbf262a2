// The addresses that have a rule, and forms for a new one and for explaining any address.
import { useSignal } from '@preact/signals';
import type { ExplainModel } from '../../models/rules/explain.ts';
import type { RulesModel } from '../../models/rules/rules.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { QuestionForm } from '../question-form.tsx';

export function AddressList({ rules, explain }: { rules: RulesModel; explain: ExplainModel }) {
  const chosen = explain.answer.value ? undefined : rules.name.value;
  return (
    <nav class="addresses" aria-label={text.rules.addresses}>
      <h2>{text.rules.addresses}</h2>
      <ul>
        {rules.files.value.map(file => (
          <li key={file.name}>
            <button
              type="button"
              aria-current={chosen === file.name ? 'true' : undefined}
              title={file.address}
              onClick={() => {
                explain.close();
                rules.choose(file.name);
              }}
            >
              <span>{file.address}</span>
              {rules.edits.value.has(file.name) && (
                <span class="dot" title={text.rules.state.changed}>
                  <span class="unseen">, {text.rules.state.changed}</span>
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
      <NewAddress rules={rules} />
      <QuestionForm
        name="ask-address"
        label={text.explain.ask}
        example={text.explain.example}
        go={text.explain.go}
        question={explain}
      />
    </nav>
  );
}

function NewAddress({ rules }: { rules: RulesModel }) {
  const open = useSignal(false);
  const typed = useSignal('');
  const wrong = useSignal<string | undefined>(undefined);
  if (!open.value) {
    return (
      <Button icon="plus" onClick={() => (open.value = true)}>
        {text.rules.newAddress}
      </Button>
    );
  }
  function add(): void {
    wrong.value = rules.add(typed.value);
    if (wrong.value !== undefined) return;
    typed.value = '';
    open.value = false;
  }
  return (
    <form
      class="new-address"
      onSubmit={event => {
        event.preventDefault();
        add();
      }}
    >
      <label for="new-address">{text.rules.newLabel}</label>
      <input
        id="new-address"
        class="mono"
        value={typed.value}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-invalid={wrong.value !== undefined}
        aria-describedby="new-address-hint"
        ref={element => element?.focus()}
        onInput={event => {
          typed.value = event.currentTarget.value;
          wrong.value = undefined;
        }}
        onKeyDown={event => {
          if (event.key === 'Escape') open.value = false;
        }}
      />
      <p id="new-address-hint" class={wrong.value ? 'bad' : ''}>
        {wrong.value ?? text.rules.newHint}
      </p>
      <div class="pair">
        <Button kind="go" onClick={add}>
          {text.rules.create}
        </Button>
        <Button kind="quiet" onClick={() => (open.value = false)}>
          {text.shell.cancel}
        </Button>
      </div>
    </form>
  );
}
