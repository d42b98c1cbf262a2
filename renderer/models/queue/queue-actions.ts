// What can be done to a message in the queue. Hold and release undo each other; return and delete are confirmed first.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import type { QueueChange, QueueChoice, QueueRecipient, QueueRow } from '../../../core/api/queue.ts';
import { text } from '../../text/en.ts';
import type { Toasts } from '../toasts.ts';

/** What cannot be undone waits for an answer. */
export interface QueueQuestion {
  readonly what: 'bounce' | 'remove';
  readonly row: QueueRow;
  /** Only this recipient. */
  readonly recipient: QueueRecipient | undefined;
}

/** The message that is viewed; `text` is undefined until it is fetched. */
interface QueueMessage {
  readonly id: number;
  readonly row: QueueRow;
  readonly text: string | undefined;
  readonly cut: boolean;
}

export interface QueueActions {
  readonly question: ReadonlySignal<QueueQuestion | undefined>;
  readonly message: ReadonlySignal<QueueMessage | undefined>;
  hold(row: QueueRow, recipient?: QueueRecipient): Promise<void>;
  release(row: QueueRow, recipient?: QueueRecipient): Promise<void>;
  ask(what: QueueQuestion['what'], row: QueueRow, recipient?: QueueRecipient): void;
  /** The answer to the question. */
  answer(yes: boolean): Promise<void>;
  view(row: QueueRow): Promise<void>;
  closeMessage(): void;
}

/** @param changed called after each action: what is shown is out of date */
export function createQueueActions(api: Api, toasts: Toasts, changed: () => unknown): QueueActions {
  const question = signal<QueueQuestion>();
  const message = signal<QueueMessage>();

  async function change(
    method: 'queue.hold' | 'queue.release' | 'queue.bounce' | 'queue.remove',
    choice: QueueChoice,
    words: (change: QueueChange) => string,
    undo?: () => void,
  ): Promise<void> {
    try {
      const done = await api.call(method, choice);
      if (done.changed + done.busy === 0) toasts.show(text.did.unchanged);
      else if (undo) toasts.did(words(done), undo);
      else toasts.show(words(done));
    } catch (error) {
      toasts.failed(error);
    }
    changed();
  }

  function hold(choice: QueueChoice, undo?: () => void): Promise<void> {
    return change('queue.hold', choice, done => sentence(text.did.held, text.did.heldSoon, done), undo);
  }

  function release(choice: QueueChoice, undo?: () => void): Promise<void> {
    return change('queue.release', choice, ({ changed, busy }) => text.did.released(changed + busy), undo);
  }

  return {
    question,
    message,
    hold(row, recipient) {
      const choice = choiceOf(row, recipient);
      // Undo must not release recipients that were held before.
      const wasHeld = row.recipients.some(one => one.held);
      return hold(choice, wasHeld && !recipient ? undefined : () => void release(choice));
    },
    release(row, recipient) {
      const choice = choiceOf(row, recipient);
      return release(choice, row.held || recipient ? () => void hold(choice) : undefined);
    },
    ask(what, row, recipient) {
      question.value = { what, row, recipient };
    },
    async answer(yes) {
      const asked = question.value;
      question.value = undefined;
      if (!asked || !yes) return;
      const { what, row, recipient } = asked;
      const did = what === 'bounce' ? text.did.returned : text.did.deleted;
      await change(`queue.${what}`, choiceOf(row, recipient), done => sentence(did, text.did.alone, done));
    },
    async view(row) {
      const { id } = row;
      message.value = { id, row, text: undefined, cut: false };
      try {
        const seen = await api.call('queue.view', { id });
        if (message.value?.id === id) message.value = { id, row, ...seen };
      } catch (error) {
        if (message.value?.id === id) message.value = undefined;
        toasts.failed(error);
      }
    },
    closeMessage() {
      message.value = undefined;
    },
  };
}

function choiceOf(row: QueueRow, recipient: QueueRecipient | undefined): QueueChoice {
  return {
    ids: [row.id],
    bornMs: row.bornMs,
    ...(recipient && { recipient: { address: recipient.address, channel: recipient.channel } }),
  };
}

function sentence(
  did: (count: number) => string,
  notYet: (count: number) => string,
  { changed, busy }: QueueChange,
): string {
  return [changed > 0 ? did(changed) : '', busy > 0 ? notYet(busy) : ''].filter(part => part !== '').join('. ');
}
