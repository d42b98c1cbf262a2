// Saves the open draft by itself: soon after the writer pauses, again after a failure, and in the browser until the host has it.
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Draft } from '../../../core/api/compose.ts';
import type { Api } from '../../../core/api/contract.ts';
import { text } from '../../text/en.ts';
import { debounce, type Timers } from '../timers.ts';
import { failureText, type Toasts } from '../toasts.ts';
import { filesBytes } from './attaching.ts';
import type { Unsaved } from './unsaved.ts';

export type Saving =
  | { readonly kind: 'untouched' | 'unsaved' | 'saving' }
  | { readonly kind: 'saved'; readonly atMs: number }
  | { readonly kind: 'failed'; readonly why: string };

export interface Autosave {
  readonly state: ReadonlySignal<Saving>;
  /** Another draft was opened. @param saved it comes from the host's disk @param slot where the browser keeps it */
  begin(saved: boolean, slot?: string): void;
  /** The draft is closed, sent or discarded. */
  end(): void;
  /** The draft was changed: plans a save. */
  touch(): void;
  /** Plans a save of what was changed and is not saved yet. */
  resume(): void;
  /** Writes the draft until what is on disk is what is on screen. False when that failed. */
  save(): Promise<boolean>;
  /** Nothing is saved from now on, until it is touched or resumed; resolves when no save is under way. */
  hold(): Promise<void>;
  /** Something is not on disk yet. */
  isPending(): boolean;
  /** Whether the draft has this id or had it: every save gives it another one, and a list may not know that yet. */
  isOwn(id: string): boolean;
}

export interface AutosaveDeps {
  readonly api: Api;
  readonly timers: Timers;
  readonly toasts: Toasts;
  readonly unsaved: Unsaved;
  readonly draft: Signal<Draft | undefined>;
  /** Grows with every draft that is opened. */
  readonly opened: ReadonlySignal<number>;
}

const quietMs = 1_500;
const quietLargeMs = 10_000;
const largeBytes = 1_000_000;
const retryMs = 5_000;

export function createAutosave({ api, timers, toasts, unsaved, draft, opened }: AutosaveDeps): Autosave {
  const state = signal<Saving>({ kind: 'untouched' });
  const quick = debounce(timers, () => void save(), quietMs);
  const slow = debounce(timers, () => void save(), quietLargeMs);
  const isLarge = computed(() => filesBytes(draft.value?.files ?? []) > largeBytes);
  let inFlight: Promise<boolean> | undefined;
  let touched = false;
  let held = false;
  let ownIds = new Set<string>();
  let slot = unsaved.slot();

  function cancel(): void {
    quick.cancel();
    slow.cancel();
  }

  async function save(): Promise<boolean> {
    // Several may wait for one save: the first of them begins the next, and the others wait for that one too.
    while (inFlight) await inFlight;
    if (!touched || held || !draft.value) return true;
    inFlight = saveOnce(draft.value);
    try {
      return await inFlight;
    } finally {
      inFlight = undefined;
    }
  }

  async function saveOnce(now: Draft): Promise<boolean> {
    const form = opened.value;
    touched = false;
    state.value = { kind: 'saving' };
    try {
      const { id, missed } = await api.call('compose.save', now);
      if (missed) toasts.show(text.composer.wasGone);
      if (form === opened.value && draft.value) saved(draft.value, id);
      return true;
    } catch (error) {
      if (form !== opened.value) return false;
      touched = true;
      state.value = { kind: 'failed', why: failureText(error) };
      timers.later(() => quick.touch(), retryMs);
      return false;
    }
  }

  /** @param now the draft on screen, which may have changed since it was saved */
  function saved(now: Draft, id: string): void {
    const current = { ...now, id };
    ownIds.add(id);
    draft.value = current;
    state.value = touched ? { kind: 'unsaved' } : { kind: 'saved', atMs: timers.nowMs() };
    if (touched) unsaved.keep(slot, current);
    else unsaved.forget(slot);
  }

  return {
    state,
    begin(isSaved, from = unsaved.slot()) {
      cancel();
      slot = from;
      touched = false;
      held = false;
      const id = draft.value?.id;
      ownIds = new Set(id ? [id] : []);
      state.value = isSaved ? { kind: 'saved', atMs: timers.nowMs() } : { kind: 'untouched' };
    },
    end() {
      cancel();
      touched = false;
      unsaved.forget(slot);
    },
    touch() {
      if (!draft.value) return;
      touched = true;
      held = false;
      if (state.value.kind !== 'saving') state.value = { kind: 'unsaved' };
      unsaved.keep(slot, draft.value);
      if (isLarge.value) slow.touch();
      else quick.touch();
    },
    resume() {
      held = false;
      if (touched) quick.touch();
    },
    save,
    async hold() {
      held = true;
      cancel();
      while (inFlight) await inFlight;
    },
    isPending: () => draft.value !== undefined && (touched || inFlight !== undefined),
    isOwn: id => ownIds.has(id),
  };
}
