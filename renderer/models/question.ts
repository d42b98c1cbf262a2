// A question to the host whose answer stays on screen until it is closed. Answers to older questions are dropped.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Toasts } from './toasts.ts';

export interface Question<Answer> {
  readonly answer: ReadonlySignal<Answer | undefined>;
  readonly busy: ReadonlySignal<boolean>;
  /** Shows the answer when it comes. If the host refuses, the last answer stays. */
  put(ask: () => Promise<Answer>): Promise<void>;
  close(): void;
}

export function createQuestion<Answer>(toasts: Pick<Toasts, 'failed'>): Question<Answer> {
  const answer = signal<Answer>();
  const busy = signal(false);
  let asked = 0;
  return {
    answer,
    busy,
    async put(ask) {
      const question = ++asked;
      busy.value = true;
      try {
        const said = await ask();
        if (question === asked) answer.value = said;
      } catch (error) {
        if (question === asked) toasts.failed(error);
      } finally {
        if (question === asked) busy.value = false;
      }
    },
    close() {
      asked++;
      busy.value = false;
      answer.value = undefined;
    },
  };
}
