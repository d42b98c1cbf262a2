// The question what would happen to mail for an address, and the host's answer.
import { signal } from '@preact/signals';
import type { Api, Reply } from '../../core/api/contract.ts';
import type { Toasts } from './toasts.ts';

export type ExplainModel = ReturnType<typeof createExplainModel>;

export function createExplainModel(api: Api, toasts: Toasts) {
  const typed = signal('');
  const answer = signal<Reply<'explain.address'>>();
  const busy = signal(false);
  /** Answers to older questions come too late. */
  let asked = 0;

  async function ask(address: string, dns = false): Promise<void> {
    const question = ++asked;
    busy.value = true;
    try {
      const said = await api.call('explain.address', { address, sender: '', dns });
      if (question === asked) answer.value = said;
    } catch (error) {
      if (question === asked) toasts.failed(error);
    } finally {
      if (question === asked) busy.value = false;
    }
  }

  return {
    typed,
    answer,
    busy,
    /** Asks about what is typed. */
    async ask(): Promise<void> {
      const address = typed.value.trim();
      if (address !== '') await ask(address);
    },
    /** Asks the name servers too, about the address that was explained last. */
    async askDns(): Promise<void> {
      if (answer.value) await ask(answer.value.address, true);
    },
    close(): void {
      asked++;
      busy.value = false;
      answer.value = undefined;
    },
  };
}
