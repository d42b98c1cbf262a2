// What the message being written would meet on links: asked of the host after a pause, while there are links at all.
import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import type { Draft } from '../../../core/api/compose.ts';
import type { Api } from '../../../core/api/contract.ts';
import type { LinkForecast, LinkStatus } from '../../../core/api/links.ts';
import { debounce, type Timers } from '../timers.ts';

export interface LinkForecastDeps {
  readonly api: Api;
  readonly timers: Timers;
  readonly draft: ReadonlySignal<Draft | undefined>;
  readonly links: ReadonlySignal<readonly LinkStatus[] | undefined>;
}

const typingPauseMs = 600;
/** The fields that a message has besides what is typed: Date, Message-ID, MIME and Received. */
const headBytes = 700;
const encoder = new TextEncoder();

/** @returns the links that the draft's recipients go over; empty while that is not known */
export function createLinkForecast({
  api,
  timers,
  draft,
  links,
}: LinkForecastDeps): ReadonlySignal<readonly LinkForecast[]> {
  const found = signal<readonly LinkForecast[]>([]);
  const typed = debounce(timers, () => void ask(), typingPauseMs);

  async function ask(): Promise<void> {
    const asked = draft.value;
    if (!asked) return;
    const { to, cc, bcc } = asked;
    try {
      const answer = await api.call('links.forecast', { to, cc, bcc, bytes: messageBytes(asked) });
      if (draft.value) found.value = answer.links;
    } catch {
      // It is only a hint: sending does not depend on it.
      found.value = [];
    }
  }

  effect(() => {
    const open = draft.value;
    const mayGoOver = (links.value?.length ?? 0) > 0;
    untracked(() => {
      if (open && mayGoOver && `${open.to}${open.cc}${open.bcc}`.trim() !== '') return typed.touch();
      typed.cancel();
      found.value = [];
    });
  });

  return found;
}

/** About as large as the message will be; attachments are sent in lines of 76 characters. */
function messageBytes({ to, cc, subject, text, files }: Draft): number {
  const typed = [to, cc, subject, text].reduce((sum, part) => sum + encoder.encode(part).length, 0);
  const attached = files.reduce(
    (sum, { base64, name }) => sum + Math.ceil((base64.length * 77) / 76) + name.length + 200,
    0,
  );
  return headBytes + typed + attached;
}
