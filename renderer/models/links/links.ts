// The links place: all links as the host knows them, the one on screen, and what is shown of it. The list is also for the
// status bar and the navigation, so it follows the host all the time; the rest only while the place is on screen.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Api, Reply } from '../../../core/api/contract.ts';
import type { LinkContact, LinkStatus } from '../../../core/api/links.ts';
import { coalesce } from '../coalesce.ts';
import { createQuestion } from '../question.ts';
import type { Timers } from '../timers.ts';
import type { Toasts } from '../toasts.ts';
import { createLinkActions } from './link-actions.ts';
import { createLinkEditor } from './link-editor.ts';
import { createWaiting } from './waiting.ts';

export type LinkView = 'waiting' | 'history' | 'file';
export type LinksModel = ReturnType<typeof createLinksModel>;
export type TestedLink = Reply<'links.test'> & { readonly name: string };
export type Transcript = Reply<'links.transcript'> & { readonly contact: LinkContact };

/** A busy link is asked about at most this often. */
const breathMs = 500;
/** While a contact runs its progress is asked for. */
const progressMs = 1_000;

export function createLinksModel(api: Api, timers: Timers, toasts: Toasts) {
  const all = signal<readonly LinkStatus[]>();
  const chosen = signal('');
  const view = signal<LinkView>('waiting');
  const contacts = signal<readonly LinkContact[]>();
  const chartAsTable = signal(false);
  let watchers = 0;

  const editor = createLinkEditor({ api, timers, toasts, all, name: chosen, saved: () => void load() });
  const current = computed(() => all.value?.find(({ name }) => name === chosen.value));
  const waiting = createWaiting({ api, toasts, name: chosen });
  const actions = createLinkActions({ api, toasts, changed: () => void load() });
  const test = createQuestion<TestedLink>(toasts);
  const transcript = createQuestion<Transcript>(toasts);

  const load = coalesce(async () => {
    try {
      const { links } = await api.call('links.list', {});
      batch(() => {
        all.value = links;
        if (!isThere(chosen.value)) showFirst();
      });
      if (watchers > 0) await loadShown();
      await new Promise<void>(resolve => timers.later(resolve, breathMs));
    } catch (error) {
      if (watchers > 0) toasts.failed(error);
    }
  });

  const isThere = (name: string) => editor.names.value.includes(name);

  function showFirst(): void {
    show(editor.names.value[0] ?? '');
  }

  /** What is on screen beside the list. */
  async function loadShown(): Promise<void> {
    const name = chosen.value;
    if (!current.value) return;
    if (view.value === 'waiting') await waiting.refresh();
    if (view.value === 'history') {
      const answer = await api.call('links.history', { name });
      if (name === chosen.value) contacts.value = answer.contacts;
    }
    if (view.value === 'file') await editor.load();
  }

  function show(name: string): void {
    if (name === chosen.value) return;
    batch(() => {
      chosen.value = name;
      contacts.value = undefined;
      waiting.clear();
      test.close();
      transcript.close();
      // A link that is being made has only its file.
      view.value = current.value ? view.value : 'file';
    });
  }

  api.on('links.changed', () => void load());
  api.onGap(() => void load());
  void load();

  return {
    /** Undefined until the host has answered. */
    all: all as ReadonlySignal<readonly LinkStatus[] | undefined>,
    /** Those of the host, and those that are being made. */
    names: editor.names,
    name: chosen as ReadonlySignal<string>,
    /** Undefined for one that is not saved yet. */
    current,
    view: view as ReadonlySignal<LinkView>,
    waiting,
    contacts: contacts as ReadonlySignal<readonly LinkContact[] | undefined>,
    chartAsTable: chartAsTable as ReadonlySignal<boolean>,
    actions,
    editor,
    test,
    transcript,
    /** Follows the host while the place is on screen; the returned function stops that. */
    watch(): () => void {
      watchers += 1;
      void load();
      let stop = timers.later(again, progressMs);
      function again(): void {
        if (all.value?.some(({ progress }) => progress !== null)) void load();
        stop = timers.later(again, progressMs);
      }
      return () => {
        watchers -= 1;
        stop();
      };
    },
    choose(name: string): void {
      show(name);
      loadShown().catch(toasts.failed);
    },
    showView(wanted: LinkView): void {
      view.value = wanted;
      loadShown().catch(toasts.failed);
    },
    showChartTable(shown: boolean): void {
      chartAsTable.value = shown;
    },
    /** Starts a link. @returns what is wrong with its name, if anything */
    add(name: string): string | undefined {
      const wrong = editor.add(name);
      if (wrong === undefined) show(name);
      return wrong;
    },
    /** Tries the link without sending mail. */
    async tryOut(): Promise<void> {
      const name = chosen.value;
      await test.put(async () => ({ name, ...(await api.call('links.test', { name })) }));
    },
    async read(contact: LinkContact): Promise<void> {
      const name = chosen.value;
      await transcript.put(async () => ({
        contact,
        ...(await api.call('links.transcript', { name, startMs: contact.startMs })),
      }));
    },
  };
}
