// What a person does to a link and to what waits for it. Changes of the order are undone; drop and return are confirmed first.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import type { LinkMessage } from '../../../core/api/links.ts';
import { text } from '../../text/en.ts';
import type { Toasts } from '../toasts.ts';

export type Order = LinkMessage['order'];

/** What cannot be undone waits for an answer. */
export interface LinkQuestion {
  readonly what: 'drop' | 'bounce';
  readonly link: string;
  readonly messages: readonly LinkMessage[];
}

export interface LinkActionsDeps {
  readonly api: Api;
  readonly toasts: Toasts;
  /** Called after each action: what is shown is out of date. */
  changed(): void;
}

const idsOf = (messages: readonly LinkMessage[]) => messages.map(({ id }) => id);

export function createLinkActions({ api, toasts, changed }: LinkActionsDeps) {
  const question = signal<LinkQuestion>();

  async function attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      toasts.failed(error);
    }
    changed();
  }

  async function setOrder(name: string, ids: readonly string[], order: Order): Promise<number> {
    return (await api.call('links.order', { name, ids: [...ids], order })).changed;
  }

  async function setOffline(name: string, offline: boolean): Promise<void> {
    await attempt(async () => {
      await api.call('links.offline', { name, offline });
      toasts.did(text.links.did.offline(name, offline), () => void setOffline(name, !offline));
    });
  }

  return {
    question: question as ReadonlySignal<LinkQuestion | undefined>,
    exchange: (name: string) =>
      attempt(async () => {
        const { started } = await api.call('links.exchange', { name });
        toasts.show(started ? text.links.did.started(name) : text.links.did.running(name));
      }),
    stop: (name: string) =>
      attempt(async () => {
        const { stopped } = await api.call('links.stop', { name });
        toasts.show(stopped ? text.links.did.stopped(name) : text.links.did.notRunning(name));
      }),
    setOffline,
    /** A person says so; where it is known otherwise, that comes back at the next look. */
    say: (name: string, state: 'up' | 'down') =>
      attempt(async () => {
        await api.call(`links.${state}`, { name });
      }),
    order: (name: string, messages: readonly LinkMessage[], order: Order) =>
      attempt(async () => {
        const count = await setOrder(name, idsOf(messages), order);
        if (count === 0) return toasts.show(text.links.did.unchanged);
        toasts.did(text.links.did.ordered[order](count), () => {
          void attempt(async () => {
            for (const [before, those] of Map.groupBy(messages, message => message.order)) {
              await setOrder(name, idsOf(those), before);
            }
          });
        });
      }),
    ask(what: LinkQuestion['what'], link: string, messages: readonly LinkMessage[]): void {
      question.value = { what, link, messages };
    },
    /** The answer to the question. */
    async answer(yes: boolean): Promise<void> {
      const asked = question.value;
      question.value = undefined;
      if (!asked || !yes) return;
      const { what, link: name, messages } = asked;
      await attempt(async () => {
        const done = await api.call(`links.${what}`, { name, ids: idsOf(messages) });
        const words = what === 'drop' ? text.links.did.dropped : text.links.did.bounced;
        toasts.show(done.changed === 0 ? text.links.did.unchanged : words(done.changed));
      });
    },
  };
}
