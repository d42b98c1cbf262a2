// The links place: all links as the host knows them, the one on screen, and what is shown of it. The list is also for the
// status bar and the navigation, so it follows the host all the time; the rest only while the place is on screen.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import type { LinkStatus } from '../../../core/api/links.ts';
import { coalesce } from '../coalesce.ts';
import type { Timers } from '../timers.ts';
import type { Toasts } from '../toasts.ts';
import { createWordNames } from '../word-file/word-names.ts';
import { createLinkActions } from './link-actions.ts';
import { createLinkEditor } from './link-editor.ts';
import { createShownLink, type LinkView } from './shown-link.ts';

export type LinksModel = ReturnType<typeof createLinksModel>;

/** A busy link is asked about at most this often. */
const breathMs = 500;
/** While a contact runs its progress is asked for. */
const progressMs = 1_000;

export function createLinksModel(api: Api, timers: Timers, toasts: Toasts) {
  const all = signal<readonly LinkStatus[]>();
  const chosen = signal('');
  const chartAsTable = signal(false);
  let watchers = 0;

  const names = createWordNames(all);
  const editor = createLinkEditor(api, { timers, toasts, names, name: chosen, saved: () => void load() });
  const current = computed(() => all.value?.find(({ name }) => name === chosen.value));
  const actions = createLinkActions({ api, toasts, changed: () => void load() });
  const shown = createShownLink({ api, toasts, name: chosen, current, editor });

  const load = coalesce(async () => {
    try {
      const { links } = await api.call('links.list', {});
      batch(() => {
        all.value = links;
        if (!isThere(chosen.value)) shown.show(names.all.value[0] ?? '');
      });
      if (watchers > 0) await shown.load();
      await new Promise<void>(resolve => timers.later(resolve, breathMs));
    } catch (error) {
      if (watchers > 0) toasts.failed(error);
    }
  });

  const isThere = (name: string) => names.all.value.includes(name);

  function loadShown(): void {
    shown.load().catch(toasts.failed);
  }

  api.on('links.changed', () => void load());
  api.onGap(() => void load());
  void load();

  return {
    /** Undefined until the host has answered. */
    all: all as ReadonlySignal<readonly LinkStatus[] | undefined>,
    /** Those of the host, and those that are being made. */
    names: names.all,
    name: chosen as ReadonlySignal<string>,
    /** Undefined for one that is not saved yet. */
    current,
    view: shown.view,
    waiting: shown.waiting,
    contacts: shown.contacts,
    chartAsTable: chartAsTable as ReadonlySignal<boolean>,
    actions,
    editor,
    test: shown.test,
    transcript: shown.transcript,
    tryOut: shown.tryOut,
    read: shown.read,
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
      shown.show(name);
      loadShown();
    },
    showView(wanted: LinkView): void {
      shown.showView(wanted);
      loadShown();
    },
    showChartTable(on: boolean): void {
      chartAsTable.value = on;
    },
    /** Starts a link. @returns what is wrong with its name, if anything */
    add(name: string): string | undefined {
      const wrong = editor.add(name);
      if (wrong === undefined) shown.show(name);
      return wrong;
    },
  };
}
