// The link on screen: which of its views is shown, what the host knows for that, and what was asked about it.
import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Api, Reply } from '../../../core/api/contract.ts';
import type { LinkContact, LinkStatus } from '../../../core/api/links.ts';
import { createQuestion } from '../question.ts';
import type { Toasts } from '../toasts.ts';
import type { LinkEditor } from './link-editor.ts';
import { createWaiting } from './waiting.ts';

export type LinkView = 'waiting' | 'history' | 'file';
export type TestedLink = Reply<'links.test'> & { readonly name: string };
export type Transcript = Reply<'links.transcript'> & { readonly contact: LinkContact };

export interface ShownLinkDeps {
  readonly api: Api;
  readonly toasts: Toasts;
  /** The link on screen; '': none is. */
  readonly name: Signal<string>;
  /** Its state; undefined for one that is not saved yet. */
  readonly current: ReadonlySignal<LinkStatus | undefined>;
  readonly editor: LinkEditor;
}

export function createShownLink({ api, toasts, name, current, editor }: ShownLinkDeps) {
  const view = signal<LinkView>('waiting');
  const contacts = signal<readonly LinkContact[]>();
  const waiting = createWaiting({ api, toasts, name });
  const test = createQuestion<TestedLink>(toasts);
  const transcript = createQuestion<Transcript>(toasts);

  return {
    view: view as ReadonlySignal<LinkView>,
    waiting,
    contacts: contacts as ReadonlySignal<readonly LinkContact[] | undefined>,
    test,
    transcript,
    /** Fetches what its view shows. @throws what the call is refused with */
    async load(): Promise<void> {
      const link = name.value;
      if (!current.value) return;
      if (view.value === 'waiting') await waiting.refresh();
      if (view.value === 'history') {
        const answer = await api.call('links.history', { name: link });
        if (link === name.value) contacts.value = answer.contacts;
      }
      if (view.value === 'file') await editor.load();
    },
    /** Shows another link; nothing of it is fetched yet. */
    show(link: string): void {
      if (link === name.value) return;
      batch(() => {
        name.value = link;
        contacts.value = undefined;
        waiting.clear();
        test.close();
        transcript.close();
        // A link that is being made has only its file.
        view.value = current.value ? view.value : 'file';
      });
    },
    showView(wanted: LinkView): void {
      view.value = wanted;
    },
    /** Tries the link without sending mail. */
    async tryOut(): Promise<void> {
      const link = name.value;
      await test.put(async () => ({ name: link, ...(await api.call('links.test', { name: link })) }));
    },
    async read(contact: LinkContact): Promise<void> {
      const link = name.value;
      await transcript.put(async () => ({
        contact,
        ...(await api.call('links.transcript', { name: link, startMs: contact.startMs })),
      }));
    },
  };
}
