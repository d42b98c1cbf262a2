// The message being written. It is kept as a draft by itself; sending waits for the draft on disk, never the other way.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Draft, DraftFile } from '../../core/api/compose.ts';
import type { Api, Request } from '../../core/api/contract.ts';
import { text } from '../text/en.ts';
import { promisedFile } from './forgotten.ts';
import { debounce, type Timers } from './timers.ts';
import { failureText, type Toasts } from './toasts.ts';

export type Saving =
  | { readonly kind: 'untouched' | 'unsaved' | 'saving' }
  | { readonly kind: 'saved'; readonly atMs: number }
  | { readonly kind: 'failed'; readonly why: string };

/** Why Send did not send yet: something is missing, or a question is open. */
type Doubt = { readonly kind: 'no-recipient' | 'no-subject' } | { readonly kind: 'forgot'; readonly word: string };

/** A file as the page hands it over. */
export interface LocalFile {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  base64(): Promise<string>;
}

type Field = 'to' | 'cc' | 'bcc' | 'subject' | 'text';

export interface Composer {
  readonly draft: ReadonlySignal<Draft | undefined>;
  /** On screen; a draft that is open but not shown waits behind the message being read. */
  readonly shown: ReadonlySignal<boolean>;
  readonly saving: ReadonlySignal<Saving>;
  readonly sending: ReadonlySignal<boolean>;
  readonly doubt: ReadonlySignal<Doubt | undefined>;
  /** Grows with every draft that is opened: a fresh form. */
  readonly opened: ReadonlySignal<number>;
  start(request: Request<'compose.start'>): Promise<void>;
  open(id: string): Promise<void>;
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
  /** @param anyway answers the doubt: send it as it is */
  send(anyway?: boolean): Promise<void>;
  clearDoubt(): void;
}

export interface ComposerDeps {
  readonly api: Api;
  readonly timers: Timers;
  readonly toasts: Toasts;
  showQueue(): void;
}

const quietMs = 1_500;
const quietLargeMs = 10_000;
const largeBytes = 1_000_000;
const retryMs = 5_000;
/** The host takes frames of 64 MiB, and base64 makes three bytes four. */
const filesLimitBytes = 40_000_000;

export function createComposer({ api, timers, toasts, showQueue }: ComposerDeps): Composer {
  const draft = signal<Draft>();
  const shown = signal(false);
  const saving = signal<Saving>({ kind: 'untouched' });
  const sending = signal(false);
  const doubt = signal<Doubt>();
  const opened = signal(0);
  const quick = debounce(timers, () => void save(), quietMs);
  const slow = debounce(timers, () => void save(), quietLargeMs);
  const filesBytes = computed(() =>
    (draft.value?.files ?? []).reduce((sum, file) => sum + (file.base64.length * 3) / 4, 0),
  );
  let inFlight: Promise<boolean> | undefined;
  let touched = false;

  function begin(fresh: Draft, saved: boolean): void {
    quick.cancel();
    slow.cancel();
    touched = false;
    batch(() => {
      draft.value = fresh;
      saving.value = saved ? { kind: 'saved', atMs: timers.nowMs() } : { kind: 'untouched' };
      doubt.value = undefined;
      sending.value = false;
      shown.value = true;
      opened.value += 1;
    });
  }

  function end(): void {
    quick.cancel();
    slow.cancel();
    touched = false;
    batch(() => {
      draft.value = undefined;
      shown.value = false;
      doubt.value = undefined;
      sending.value = false;
    });
  }

  function change(patch: Partial<Draft>): void {
    if (!draft.value) return;
    touched = true;
    batch(() => {
      draft.value = { ...(draft.value as Draft), ...patch };
      if (saving.value.kind !== 'saving') saving.value = { kind: 'unsaved' };
      doubt.value = undefined;
    });
    if (filesBytes.value > largeBytes) slow.touch();
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
      const { id } = await api.call('compose.save', draft.value as Draft);
      if (form !== opened.value || !draft.value) return true;
      draft.value = { ...draft.value, id };
      saving.value = touched ? { kind: 'unsaved' } : { kind: 'saved', atMs: timers.nowMs() };
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

  function missing(): Doubt | undefined {
    const now = draft.value;
    if (!now) return undefined;
    if (`${now.to}${now.cc}${now.bcc}`.trim() === '') return { kind: 'no-recipient' };
    const word = now.files.length === 0 ? promisedFile(now.subject, now.text) : undefined;
    if (word !== undefined) return { kind: 'forgot', word };
    return now.subject.trim() === '' ? { kind: 'no-subject' } : undefined;
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

  /** Brings a discarded draft back, as a new one. */
  async function restore(gone: Draft): Promise<void> {
    await startWith(() => Promise.resolve({ ...gone, id: null }), false);
    touched = true;
    await save();
  }

  return {
    draft,
    shown,
    saving,
    sending,
    doubt,
    opened,
    start: request => startWith(() => api.call('compose.start', request), false),
    open,
    set: (field, value) => change({ [field]: value }),
    async attach(files) {
      const read: DraftFile[] = [];
      let room = filesLimitBytes - filesBytes.value;
      for (const file of files) {
        room -= file.size;
        if (room < 0) toasts.show(text.composer.tooLarge(file.name));
        else read.push({ name: file.name, type: file.type || 'application/octet-stream', base64: await file.base64() });
      }
      if (read.length > 0 && draft.value) change({ files: [...draft.value.files, ...read] });
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
      toasts.show(text.did.discarded, { label: text.shell.undo, run: () => void restore(gone) });
    },
    async send(anyway = false) {
      if (!draft.value || sending.value) return;
      const found = missing();
      if (found && !(anyway && found.kind !== 'no-recipient')) {
        doubt.value = found;
        return;
      }
      quick.cancel();
      slow.cancel();
      sending.value = true;
      const form = opened.value;
      try {
        if (inFlight) await inFlight;
        const { recipients, sent } = await api.call('compose.send', draft.value);
        if (form === opened.value) end();
        const words = sent === null ? text.did.sentNoCopy(recipients) : text.did.sent(recipients);
        toasts.show(words, { label: text.did.showQueue, run: showQueue });
      } catch (error) {
        sending.value = false;
        toasts.failed(error);
        touched = true;
        quick.touch();
      }
    },
    clearDoubt() {
      doubt.value = undefined;
    },
  };
}
