// The message being written. It is kept as a draft by itself; sending waits for the draft on disk, never the other way.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Draft } from '../../../core/api/compose.ts';
import type { Api, Request } from '../../../core/api/contract.ts';
import { text } from '../../text/en.ts';
import { debounce, type Timers } from '../timers.ts';
import { failureText, type Toasts } from '../toasts.ts';
import { filesBytes, type LocalFile, readFiles } from './attaching.ts';
import { createSending, type SendBlocker } from './sending.ts';
import type { LeftDraft, Unsaved } from './unsaved.ts';

export type Saving =
  | { readonly kind: 'untouched' | 'unsaved' | 'saving' }
  | { readonly kind: 'saved'; readonly atMs: number }
  | { readonly kind: 'failed'; readonly why: string };

type Field = 'from' | 'replyTo' | 'to' | 'cc' | 'bcc' | 'subject' | 'text';

export interface Composer {
  readonly draft: ReadonlySignal<Draft | undefined>;
  /** On screen; a draft that is open but not shown waits behind the message being read. */
  readonly shown: ReadonlySignal<boolean>;
  readonly saving: ReadonlySignal<Saving>;
  readonly sending: ReadonlySignal<boolean>;
  readonly blocker: ReadonlySignal<SendBlocker | undefined>;
  /** Grows with every draft that is opened: a fresh form. */
  readonly opened: ReadonlySignal<number>;
  /** The addresses that From can be, the usual one first; empty while they are not known. */
  readonly senders: ReadonlySignal<readonly string[]>;
  start(request: Request<'compose.start'>): Promise<void>;
  open(id: string): Promise<void>;
  /** Brings back what was written on pages that are gone and is on no disk yet. */
  recover(): Promise<void>;
  set(field: Field, value: string): void;
  attach(files: readonly LocalFile[]): Promise<void>;
  detach(index: number): void;
  show(): void;
  hide(): void;
  /** Saves at once what is not saved yet; true while something is not on disk. */
  keep(): boolean;
  /** Keeps the draft and closes. */
  close(): Promise<void>;
  discard(): Promise<void>;
  /** Messages are about to be moved or deleted: saves and closes the one that is being written. Answers their ids after that. */
  closeDraftAmong(ids: readonly string[]): Promise<readonly string[]>;
  /** @param anyway answers the blocker: send it as it is */
  send(anyway?: boolean): Promise<void>;
}

export interface ComposerDeps {
  readonly api: Api;
  readonly timers: Timers;
  readonly toasts: Toasts;
  readonly unsaved: Unsaved;
  showQueue(): void;
}

const quietMs = 1_500;
const quietLargeMs = 10_000;
const largeBytes = 1_000_000;
const retryMs = 5_000;

export function createComposer({ api, timers, toasts, unsaved, showQueue }: ComposerDeps): Composer {
  const draft = signal<Draft>();
  const shown = signal(false);
  const saving = signal<Saving>({ kind: 'untouched' });
  const opened = signal(0);
  const senders = signal<readonly string[]>([]);
  const quick = debounce(timers, () => void save(), quietMs);
  const slow = debounce(timers, () => void save(), quietLargeMs);
  const isLarge = computed(() => filesBytes(draft.value?.files ?? []) > largeBytes);
  let inFlight: Promise<boolean> | undefined;
  let touched = false;
  /** All ids that the draft has had: every save gives it another, and a list may not know that yet. */
  let ownIds = new Set<string>();
  let slot = unsaved.slot();
  /** One batch of files after the other: together they have a limit. */
  let attached: Promise<void> = Promise.resolve();
  const sending = createSending({
    api,
    timers,
    toasts,
    draft,
    opened,
    async holdSaving() {
      quick.cancel();
      slow.cancel();
      if (inFlight) await inFlight;
    },
    saveAgain(all) {
      if (all) change({});
      else if (touched) quick.touch();
    },
    end,
    showQueue,
  });

  function begin(fresh: Draft, saved: boolean): void {
    slot = unsaved.slot();
    quick.cancel();
    slow.cancel();
    touched = false;
    ownIds = new Set(fresh.id === null ? [] : [fresh.id]);
    batch(() => {
      draft.value = fresh;
      saving.value = saved ? { kind: 'saved', atMs: timers.nowMs() } : { kind: 'untouched' };
      sending.reset();
      shown.value = true;
      opened.value += 1;
    });
    void loadSenders();
  }

  /** Without them From stays what it is. */
  async function loadSenders(): Promise<void> {
    senders.value = await api.call('compose.senders', {}).catch(() => senders.value);
  }

  function end(): void {
    quick.cancel();
    slow.cancel();
    touched = false;
    unsaved.forget(slot);
    batch(() => {
      draft.value = undefined;
      shown.value = false;
      sending.reset();
    });
  }

  function change(patch: Partial<Draft>): void {
    if (!draft.value) return;
    touched = true;
    batch(() => {
      draft.value = { ...(draft.value as Draft), ...patch };
      if (saving.value.kind !== 'saving') saving.value = { kind: 'unsaved' };
      if (!sending.under.value) sending.blocker.value = undefined;
    });
    unsaved.keep(slot, draft.value);
    if (isLarge.value) slow.touch();
    else quick.touch();
  }

  /** Writes the draft until what is on disk is what is on screen. False when it could not be kept. */
  async function save(): Promise<boolean> {
    if (inFlight) await inFlight;
    if (!touched || !draft.value) return true;
    inFlight = saveOnce();
    try {
      return await inFlight;
    } finally {
      inFlight = undefined;
    }
  }

  async function saveOnce(): Promise<boolean> {
    const form = opened.value;
    touched = false;
    saving.value = { kind: 'saving' };
    try {
      const { id, missed } = await api.call('compose.save', draft.value as Draft);
      if (missed) toasts.show(text.composer.wasGone);
      if (form !== opened.value || !draft.value) return true;
      ownIds.add(id);
      draft.value = { ...draft.value, id };
      saving.value = touched ? { kind: 'unsaved' } : { kind: 'saved', atMs: timers.nowMs() };
      if (touched) unsaved.keep(slot, draft.value);
      else unsaved.forget(slot);
      return true;
    } catch (error) {
      if (form !== opened.value) return false;
      touched = true;
      saving.value = { kind: 'failed', why: failureText(error) };
      timers.later(() => quick.touch(), retryMs);
      return false;
    }
  }

  /** Puts away what is open, so that another draft can be opened. False when it cannot be kept. */
  async function putAway(): Promise<boolean> {
    if (!draft.value) return true;
    if (await save()) return true;
    toasts.show(text.composer.notSaved(saving.value.kind === 'failed' ? saving.value.why : ''));
    shown.value = true;
    return false;
  }

  async function startWith(load: () => Promise<Draft>, saved: boolean): Promise<void> {
    try {
      if (await putAway()) begin(await load(), saved);
    } catch (error) {
      toasts.failed(error);
    }
  }

  async function open(id: string): Promise<void> {
    if (draft.value?.id === id) shown.value = true;
    else await startWith(() => api.call('compose.open', { id }), true);
  }

  async function recover(): Promise<void> {
    const [newest, ...others] = await unsaved.takeLeft();
    if (!newest) return;
    if (draft.value) others.unshift(newest);
    else {
      bringBack(newest);
      toasts.show(newest.withoutFiles ? text.composer.backWithoutFiles : text.composer.back);
    }
    await saveLeft(others);
  }

  function bringBack(left: LeftDraft): void {
    begin(left.draft, false);
    slot = left.slot;
    change({});
  }

  /** Those that are not on screen go to Drafts; what the host does not take now stays for the next page. */
  async function saveLeft(others: readonly LeftDraft[]): Promise<void> {
    let saved = 0;
    for (const left of others) {
      try {
        await api.call('compose.save', left.draft);
        unsaved.forget(left.slot);
        saved += 1;
      } catch {
        break;
      }
    }
    if (saved > 0) toasts.show(text.did.draftsKept(saved));
  }

  async function attach(files: readonly LocalFile[]): Promise<void> {
    const form = opened.value;
    const { read, left } = await readFiles(files, draft.value?.files ?? []);
    for (const why of ['too-large', 'unreadable'] as const) {
      const names = left.filter(file => file.why === why).map(({ name }) => name);
      if (names.length > 0) toasts.show(text.composer.notAttached[why](names));
    }
    // Reading takes a while: the draft may have been closed.
    if (read.length > 0 && draft.value && form === opened.value) change({ files: [...draft.value.files, ...read] });
  }

  /** Brings a discarded draft back, as a new one. */
  async function restore(gone: Draft): Promise<void> {
    await startWith(() => Promise.resolve({ ...gone, id: null }), false);
    change({});
    await save();
  }

  return {
    draft,
    shown,
    saving,
    sending: sending.under,
    blocker: sending.blocker,
    opened,
    senders,
    recover,
    start: request => startWith(() => api.call('compose.start', request), false),
    open,
    set: (field, value) => change({ [field]: value }),
    attach(files) {
      attached = attached.then(() => attach(files));
      return attached;
    },
    detach(index) {
      if (draft.value) change({ files: draft.value.files.filter((_, at) => at !== index) });
    },
    show() {
      shown.value = draft.value !== undefined;
    },
    hide() {
      shown.value = false;
      void save();
    },
    keep() {
      unsaved.keepNow();
      if (!draft.value || (!touched && !inFlight)) return false;
      void save();
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
      const gone = draft.value;
      if (inFlight) await inFlight;
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
      const isOwn = (id: string) => ownIds.has(id);
      if (!draft.value || !ids.some(isOwn) || !(await putAway())) return ids;
      const now = draft.value.id;
      end();
      return [...new Set(ids.map(id => (isOwn(id) ? (now ?? id) : id)))];
    },
    send: (anyway = false) => sending.send(anyway),
  };
}
