// The message being written: starts and opens drafts, edits the one that is open, and closes, discards or sends it.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Draft } from '../../../core/api/compose.ts';
import type { Api, Request } from '../../../core/api/contract.ts';
import type { LinkForecast, LinkStatus } from '../../../core/api/links.ts';
import { text } from '../../text/en.ts';
import type { Timers } from '../timers.ts';
import type { Toasts } from '../toasts.ts';
import type { LocalFile } from './attaching.ts';
import type { Saving } from './autosave.ts';
import { createLinkForecast } from './link-forecast.ts';
import { createOpenDraft } from './open-draft.ts';
import { recoverDrafts } from './recovery.ts';
import type { SendBlocker } from './sending.ts';
import type { LeftDraft, Unsaved } from './unsaved.ts';

type Field = 'from' | 'replyTo' | 'to' | 'cc' | 'bcc' | 'subject' | 'text';

export interface Composer {
  readonly draft: ReadonlySignal<Draft | undefined>;
  /** The draft is on screen. One that is open and not shown waits behind the message that is read. */
  readonly shown: ReadonlySignal<boolean>;
  readonly saving: ReadonlySignal<Saving>;
  readonly sending: ReadonlySignal<boolean>;
  readonly blocker: ReadonlySignal<SendBlocker | undefined>;
  /** Grows with every draft that is opened: the view then starts a new form. */
  readonly opened: ReadonlySignal<number>;
  /** The addresses that From can be, the usual one first; empty while they are not known. */
  readonly senders: ReadonlySignal<readonly string[]>;
  /** The links that the draft's recipients go over. */
  readonly forecast: ReadonlySignal<readonly LinkForecast[]>;
  start(request: Request<'compose.start'>): Promise<void>;
  open(id: string): Promise<void>;
  /** Brings back what was written on pages that are gone and was never saved. */
  recover(): Promise<void>;
  set(field: Field, value: string): void;
  attach(files: readonly LocalFile[]): Promise<void>;
  detach(index: number): void;
  show(): void;
  hide(): void;
  /** Saves at once what is not saved yet. True while something is not on disk. */
  keep(): boolean;
  /** Saves the draft and closes it. */
  close(): Promise<void>;
  discard(): Promise<void>;
  /** Call it before messages are moved or deleted: saves and closes the draft if it is one of them. @returns their ids then */
  closeDraftAmong(ids: readonly string[]): Promise<readonly string[]>;
  /** @param anyway sends in spite of the blocker */
  send(anyway?: boolean): Promise<void>;
}

export interface ComposerDeps {
  readonly api: Api;
  readonly timers: Timers;
  readonly toasts: Toasts;
  readonly unsaved: Unsaved;
  readonly links: ReadonlySignal<readonly LinkStatus[] | undefined>;
  showQueue(): void;
}

export function createComposer({ api, timers, toasts, unsaved, links, showQueue }: ComposerDeps): Composer {
  const current = createOpenDraft({ api, timers, toasts, unsaved, showQueue });
  const { draft, shown, opened, autosave, sending, attaching, change, putAway, end } = current;
  const senders = signal<readonly string[]>([]);

  function begin(fresh: Draft, saved: boolean, slot?: string): void {
    current.begin(fresh, saved, slot);
    void loadSenders();
  }

  /** Without them From stays what it is. */
  async function loadSenders(): Promise<void> {
    senders.value = await api.call('compose.senders', {}).catch(() => senders.value);
  }

  async function startWith(load: () => Promise<Draft>, saved: boolean): Promise<void> {
    try {
      if (!(await putAway())) return;
      const fresh = await load();
      // The open draft may have been changed meanwhile, or sent.
      if (await putAway()) begin(fresh, saved);
    } catch (error) {
      toasts.failed(error);
    }
  }

  async function open(id: string): Promise<void> {
    if (draft.value?.id === id) shown.value = true;
    else await startWith(() => api.call('compose.open', { id }), true);
  }

  function bringBack({ draft: left, slot }: LeftDraft): void {
    begin(left, false, slot);
    change({});
  }

  /** Brings a discarded draft back, as a new one. */
  async function restore(gone: Draft): Promise<void> {
    await startWith(() => Promise.resolve({ ...gone, id: null }), false);
    change({});
    await autosave.save();
  }

  return {
    draft,
    shown,
    saving: autosave.state,
    sending: sending.under,
    blocker: sending.blocker,
    opened,
    senders,
    forecast: createLinkForecast({ api, timers, draft, links }),
    recover: () => recoverDrafts({ api, toasts, unsaved, isOpen: () => draft.value !== undefined, bringBack }),
    start: request => startWith(() => api.call('compose.start', request), false),
    open,
    set(field, value) {
      if (!sending.under.value) change({ [field]: value });
    },
    async attach(files) {
      if (!sending.under.value) await attaching.attach(files);
    },
    detach(index) {
      if (draft.value && !sending.under.value) change({ files: draft.value.files.filter((_, at) => at !== index) });
    },
    show() {
      shown.value = draft.value !== undefined;
    },
    hide() {
      shown.value = false;
      void autosave.save();
    },
    keep() {
      unsaved.keepNow();
      if (!autosave.isPending()) return false;
      void autosave.save();
      return true;
    },
    async close() {
      if (!(await putAway())) return;
      const id = draft.value?.id ?? null;
      end();
      if (id !== null) {
        toasts.show(text.did.draftKept, { label: text.reader.edit, run: () => void open(id) });
      }
    },
    async discard() {
      await sending.answered();
      const gone = draft.value;
      await autosave.hold();
      const id = draft.value?.id ?? null;
      end();
      try {
        if (id !== null) await api.call('compose.discard', { id });
      } catch (error) {
        toasts.failed(error);
      }
      if (!gone) return;
      toasts.did(text.did.discarded, () => void restore(gone));
    },
    async closeDraftAmong(ids) {
      if (!draft.value || !ids.some(autosave.isOwn) || !(await putAway())) return ids;
      const now = draft.value.id;
      end();
      return [...new Set(ids.map(id => (autosave.isOwn(id) ? (now ?? id) : id)))];
    },
    send: (anyway = false) => sending.send(anyway),
  };
}
