// The addresses that have a rule, and forms for a new one and for explaining any address.
import type { ExplainModel } from '../../models/rules/explain.ts';
import type { RulesModel } from '../../models/rules/rules.ts';
import { text } from '../../text/en.ts';
import { NewName } from '../new-name.tsx';
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
      <NewName
        id="new-address"
        button={text.rules.newAddress}
        label={text.rules.newLabel}
        hint={text.rules.newHint}
        go={text.rules.create}
        add={name => rules.add(name)}
      />
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
