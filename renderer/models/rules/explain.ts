// Asks what would happen to mail for an address.
import { signal } from '@preact/signals';
import type { Api, Reply } from '../../../core/api/contract.ts';
import { createQuestion } from '../question.ts';
import type { Toasts } from '../toasts.ts';

export type ExplainModel = ReturnType<typeof createExplainModel>;

export function createExplainModel(api: Api, toasts: Pick<Toasts, 'failed'>) {
  const typed = signal('');
  const { answer, busy, put, close } = createQuestion<Reply<'explain.address'>>(toasts);
  const ask = (address: string, dns: boolean) => put(() => api.call('explain.address', { address, sender: '', dns }));
  return {
    typed,
    answer,
    busy,
    /** Asks about what is typed. */
    async ask(): Promise<void> {
      const address = typed.value.trim();
      if (address !== '') await ask(address, false);
    },
    /** Asks the name servers too, about the address that was explained last. */
    async askDns(): Promise<void> {
      if (answer.value) await ask(answer.value.address, true);
    },
    close,
  };
}
