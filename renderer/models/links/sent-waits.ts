// Of the open message, if it was sent from here: the links that it still waits for. The host finds that in its log, so it is asked
// only while something waits for a link.
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import type { LinkStatus } from '../../../core/api/links.ts';
import type { TracedMessage } from '../../../core/api/trace.ts';
import type { Toasts } from '../toasts.ts';
import { waits } from './describe-link.ts';

type Waits = TracedMessage['waits'];

interface SentWaitsDeps {
  readonly api: Api;
  readonly toasts: Pick<Toasts, 'failed'>;
  readonly links: ReadonlySignal<readonly LinkStatus[] | undefined>;
  /** The Message-ID of the open message; undefined: none is open, or others sent it. */
  readonly messageId: ReadonlySignal<string | undefined>;
}

export function createSentWaits({ api, toasts, links, messageId }: SentWaitsDeps): ReadonlySignal<Waits> {
  const found = signal<Waits>([]);
  /** Changes with the message, and with each that comes to a link or leaves it. */
  const asked = computed(() => {
    const count = waits(links.value ?? []);
    return messageId.value === undefined || count === 0 ? undefined : `${count} ${messageId.value}`;
  });

  async function ask(query: string, key: string): Promise<void> {
    try {
      const { messages } = await api.call('explain.trace', { query, limit: 5 });
      if (asked.value === key) found.value = messages.flatMap(message => message.waits);
    } catch (error) {
      toasts.failed(error);
    }
  }

  let shown: string | undefined;
  effect(() => {
    const key = asked.value;
    const query = messageId.value;
    if (key === undefined || query === undefined || query !== shown) found.value = [];
    shown = query;
    if (key !== undefined && query !== undefined) void ask(query, key);
  });
  return found;
}
