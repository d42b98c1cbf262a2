// Sends the open draft: what is checked first, what is said afterwards, and how the host is asked when its answer was lost.
import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Draft, Guess, NotAddresses } from '../../../core/api/compose.ts';
import type { Api, Reply } from '../../../core/api/contract.ts';
import { text } from '../../text/en.ts';
import type { Timers } from '../timers.ts';
import { mayBeDone, type Toasts } from '../toasts.ts';
import type { Autosave } from './autosave.ts';
import { promisedFile } from './promised-file.ts';

/** Why the message was not sent yet: something is missing, or a question is open. */
export type SendBlocker =
  /** `maybe-sent`: the answer to a Send was lost, and the host is being asked. */
  | { readonly kind: 'no-recipient' | 'no-subject' | 'maybe-sent' }
  | { readonly kind: 'forgot'; readonly word: string }
  | { readonly kind: 'not-addresses'; readonly fields: readonly NotAddresses[] }
  | { readonly kind: 'guessed'; readonly guesses: readonly Guess[] };

export interface Sending {
  /** Nothing in the draft can be changed meanwhile. */
  readonly under: ReadonlySignal<boolean>;
  readonly blocker: Signal<SendBlocker | undefined>;
  /** Another draft is open, or none: nothing is being sent or asked. */
  reset(): void;
  /** @param anyway sends in spite of the blocker */
  send(anyway: boolean): Promise<void>;
  /** Resolves when no call to send is under way. */
  answered(): Promise<void>;
}

export interface SendingDeps {
  readonly api: Api;
  readonly timers: Timers;
  readonly toasts: Toasts;
  readonly draft: ReadonlySignal<Draft | undefined>;
  /** Grows with every draft that is opened. */
  readonly opened: ReadonlySignal<number>;
  /** Saving rests while the message is sent. */
  readonly autosave: Pick<Autosave, 'hold' | 'touch' | 'resume'>;
  /** Resolves when no file is being read for the draft. False: one could not be attached. */
  attached(): Promise<boolean>;
  /** Closes the draft: it was sent. */
  end(): void;
  showQueue(): void;
}

const lookMs = 2_000;

export function createSending({ api, timers, toasts, draft, opened, ...deps }: SendingDeps): Sending {
  const under = signal(false);
  const blocker = signal<SendBlocker>();
  /** Guessed addresses that the writer has agreed to. */
  let agreed: readonly string[] = [];
  let attempt: Promise<void> = Promise.resolve();

  function missing(): SendBlocker | undefined {
    const now = draft.value;
    if (!now) return undefined;
    if (`${now.to}${now.cc}${now.bcc}`.trim() === '') return { kind: 'no-recipient' };
    const word = now.files.length === 0 ? promisedFile(now.subject, now.text) : undefined;
    if (word !== undefined) return { kind: 'forgot', word };
    return now.subject.trim() === '' ? { kind: 'no-subject' } : undefined;
  }

  /** The answer to a Send was lost: asks until the host says what became of the message. */
  function lookWhetherSent(form: number): void {
    blocker.value = { kind: 'maybe-sent' };
    async function look(): Promise<void> {
      if (form !== opened.value || !draft.value) return;
      try {
        const { queued } = await api.call('compose.look', { messageId: draft.value.messageId });
        if (form === opened.value) lookedFor(queued);
      } catch {
        timers.later(() => void look(), lookMs);
      }
    }
    timers.later(() => void look(), lookMs);
  }

  function lookedFor(queued: boolean): void {
    if (queued) {
      deps.end();
      toasts.show(text.did.wasSent, { label: text.did.showQueue, run: deps.showQueue });
      return;
    }
    stopWith(undefined);
    toasts.show(text.did.wasNotSent);
    deps.autosave.touch();
  }

  async function sendOnce(anyway: boolean): Promise<void> {
    const isReady = await deps.attached();
    if (isReady && anyway && blocker.value?.kind === 'guessed') {
      agreed = [...agreed, ...blocker.value.guesses.map(({ address }) => address)];
    }
    const found = isReady ? missing() : undefined;
    if (!isReady || (found && !(anyway && found.kind !== 'no-recipient'))) return stopWith(found);
    try {
      await deps.autosave.hold();
      if (!draft.value) return;
      const reply = await api.call('compose.send', { ...draft.value, agreed: [...agreed] });
      if (reply.kind === 'guessed' || reply.kind === 'not-addresses') {
        stopWith(reply);
        deps.autosave.resume();
        return;
      }
      deps.end();
      toasts.show(sentWords(reply), { label: text.did.showQueue, run: deps.showQueue });
    } catch (error) {
      if (mayBeDone(error)) return lookWhetherSent(opened.value);
      stopWith(undefined);
      toasts.failed(error);
      deps.autosave.touch();
    }
  }

  /** The message is not sent, and can be changed again. */
  function stopWith(why: SendBlocker | undefined): void {
    batch(() => {
      under.value = false;
      blocker.value = why;
    });
  }

  return {
    under,
    blocker,
    reset() {
      agreed = [];
      stopWith(undefined);
    },
    async send(anyway) {
      if (!draft.value || under.value) return;
      under.value = true;
      attempt = sendOnce(anyway);
      await attempt;
    },
    answered: () => attempt,
  };
}

function sentWords(reply: Exclude<Reply<'compose.send'>, { kind: 'guessed' | 'not-addresses' }>): string {
  if (reply.kind === 'again') return text.did.sentBefore;
  return reply.sent === null ? text.did.sentNoCopy(reply.recipients) : text.did.sent(reply.recipients);
}
