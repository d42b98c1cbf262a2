// The message being written. It is kept as a draft by itself; sending waits for the draft on disk, never the other way.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Draft, DraftFile, Guess, NotAddresses } from '../../core/api/compose.ts';
import type { Api, Reply, Request } from '../../core/api/contract.ts';
import { text } from '../text/en.ts';
import { promisedFile } from './forgotten.ts';
import { debounce, type Timers } from './timers.ts';
import { failureText, mayBeDone, type Toasts } from './toasts.ts';
import type { Left, Unsaved } from './unsaved.ts';

export type Saving =
  | { readonly kind: 'untouched' | 'unsaved' | 'saving' }
  | { readonly kind: 'saved'; readonly atMs: number }
  | { readonly kind: 'failed'; readonly why: string };

/** Why Send did not send yet: something is missing, or a question is open. */
type Doubt =
  /** `maybe-sent`: the answer of a Send was lost, and the host is being asked. */
  | { readonly kind: 'no-recipient' | 'no-subject' | 'maybe-sent' }
  | { readonly kind: 'forgot'; readonly word: string }
  | { readonly kind: 'not-addresses'; readonly fields: readonly NotAddresses[] }
  | { readonly kind: 'guessed'; readonly guesses: readonly Guess[] };

/** A file as the page hands it over. */
export interface LocalFile {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  base64(): Promise<string>;
}

type Field = 'from' | 'replyTo' | 'to' | 'cc' | 'bcc' | 'subject' | 'text';

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
  letGo(ids: readonly string[]): Promise<readonly string[]>;
  /** @param anyway answers the doubt: send it as it is */
  send(anyway?: boolean): Promise<void>;
  clearDoubt(): void;
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
const lookMs = 2_000;
/** The host takes frames of 64 MiB, and base64 makes three bytes four. */
const filesLimitBytes = 40_000_000;

export function createComposer({ api, timers, toasts, unsaved, showQueue }: ComposerDeps): Composer {
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
  /** Guessed addresses that the writer has agreed to. */
  let agreed: readonly string[] = [];
  /** All ids that the draft has had: every save gives it another, and a list may not know that yet. */
  let ownIds = new Set<string>();
  let slot = unsaved.slot();

  function begin(fresh: Draft, saved: boolean): void {
    slot = unsaved.slot();
    quick.cancel();
    slow.cancel();
    touched = false;
    agreed = [];
    ownIds = new Set(fresh.id === null ? [] : [fresh.id]);
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
    unsaved.forget(slot);
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
      if (!sending.value) doubt.value = undefined;
    });
    unsaved.keep(slot, draft.value);
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

  function bringBack(left: Left): void {
    begin(left.draft, false);
    slot = left.slot;
    change({});
  }

  /** Those that are not on screen go to Drafts; what the host does not take now stays for the next page. */
  async function saveLeft(others: readonly Left[]): Promise<void> {
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

  /** The answer of a Send was lost: asks until the host says what became of the message. */
  function lookWhetherSent(form: number): void {
    doubt.value = { kind: 'maybe-sent' };
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
      end();
      toasts.show(text.did.wasSent, { label: text.did.showQueue, run: showQueue });
      return;
    }
    batch(() => {
      sending.value = false;
      doubt.value = undefined;
    });
    toasts.show(text.did.wasNotSent);
    change({});
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
    sending,
    doubt,
    opened,
    recover,
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
    async letGo(ids) {
      const isOwn = (id: string) => ownIds.has(id);
      if (!draft.value || !ids.some(isOwn) || !(await putAway())) return ids;
      const now = draft.value.id;
      end();
      return [...new Set(ids.map(id => (isOwn(id) ? (now ?? id) : id)))];
    },
    async send(anyway = false) {
      if (!draft.value || sending.value) return;
      if (anyway && doubt.value?.kind === 'guessed') {
        agreed = [...agreed, ...doubt.value.guesses.map(({ address }) => address)];
      }
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
        const reply = await api.call('compose.send', { ...draft.value, agreed: [...agreed] });
        if (reply.kind === 'guessed' || reply.kind === 'not-addresses') {
          sending.value = false;
          if (form === opened.value) doubt.value = reply;
          if (touched) quick.touch();
          return;
        }
        if (form === opened.value) end();
        toasts.show(sentWords(reply), { label: text.did.showQueue, run: showQueue });
      } catch (error) {
        if (form !== opened.value) return toasts.failed(error);
        if (mayBeDone(error)) return lookWhetherSent(form);
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

function sentWords(reply: Exclude<Reply<'compose.send'>, { kind: 'guessed' | 'not-addresses' }>): string {
  if (reply.kind === 'again') return text.did.sentBefore;
  return reply.sent === null ? text.did.sentNoCopy(reply.recipients) : text.did.sent(reply.recipients);
}
