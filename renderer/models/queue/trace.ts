// Asks what happened to messages; the host answers from its log.
import { signal } from '@preact/signals';
import type { Api, Reply } from '../../../core/api/contract.ts';
import { createQuestion } from '../question.ts';
import type { Toasts } from '../toasts.ts';

export type TraceModel = ReturnType<typeof createTraceModel>;

export function createTraceModel(api: Api, toasts: Pick<Toasts, 'failed'>) {
  const typed = signal('');
  const { answer, busy, put, close } = createQuestion<Reply<'explain.trace'> & { readonly query: string }>(toasts);
  return {
    typed,
    answer,
    busy,
    /** Asks about an address, a Message-ID or a message number; default: what is typed. */
    async ask(query = typed.value.trim()): Promise<void> {
      typed.value = query;
      if (query !== '') await put(async () => ({ query, ...(await api.call('explain.trace', { query })) }));
    },
    close() {
      typed.value = '';
      close();
    },
  };
}
