// The question what happened to a message, by whatever is known of it.
import type { TraceModel } from '../../models/trace.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';

export function TraceSearch({ trace }: { trace: TraceModel }) {
  return (
    <form
      class="trace-search"
      aria-label={text.trace.label}
      onSubmit={event => {
        event.preventDefault();
        void trace.ask();
      }}
    >
      <input
        class="mono"
        aria-label={text.trace.field}
        placeholder={text.trace.field}
        value={trace.typed.value}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        onInput={event => (trace.typed.value = event.currentTarget.value)}
      />
      <Button
        icon="search"
        disabled={trace.busy.value || trace.typed.value.trim() === ''}
        onClick={() => void trace.ask()}
      >
        {text.trace.go}
      </Button>
    </form>
  );
}
