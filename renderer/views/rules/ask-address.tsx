// The question below the list of addresses: any address at all, not only those with a rule.
import type { ExplainModel } from '../../models/explain.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';

export function AskAddress({ explain }: { explain: ExplainModel }) {
  return (
    <form
      class="ask-address"
      onSubmit={event => {
        event.preventDefault();
        void explain.ask();
      }}
    >
      <label for="ask-address">{text.explain.ask}</label>
      <input
        id="ask-address"
        class="mono"
        value={explain.typed.value}
        placeholder={text.explain.example}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        onInput={event => (explain.typed.value = event.currentTarget.value)}
      />
      <Button
        icon="search"
        disabled={explain.busy.value || explain.typed.value.trim() === ''}
        onClick={() => void explain.ask()}
      >
        {text.explain.go}
      </Button>
    </form>
  );
}
