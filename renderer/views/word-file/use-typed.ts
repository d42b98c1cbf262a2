// A field whose value is tidied at once: as long as it has the focus it shows what is typed, blanks and all.
import { useSignal } from '@preact/signals';
import type { TargetedEvent } from 'preact';

type Field = HTMLInputElement | HTMLTextAreaElement;

/** @returns the properties of the field */
export function useTyped<F extends Field>(value: string, take: (typed: string) => void) {
  const typed = useSignal<string | undefined>(undefined);
  return {
    value: typed.value ?? value,
    onInput(event: TargetedEvent<F>) {
      typed.value = event.currentTarget.value;
      take(typed.value);
    },
    onBlur() {
      typed.value = undefined;
    },
  };
}
