// Short notices at the edge of the window, most of them with Undo.
import { type ReadonlySignal, signal } from '@preact/signals';
import { errorText } from '../../core/api/error-text.ts';
import { ApiError } from '../../core/api/errors.ts';
import { text } from '../text/en.ts';
import { Unreachable } from '../transport/pending-calls.ts';
import type { Timers } from './timers.ts';

interface Toast {
  readonly id: number;
  readonly tone: 'plain' | 'bad';
  readonly text: string;
  readonly action?: { readonly label: string; run(): void };
}

export interface Toasts {
  readonly shown: ReadonlySignal<readonly Toast[]>;
  show(words: string, action?: Toast['action']): void;
  /** Shows what was done, with Undo: a button while the notice is shown, and a key for some minutes. */
  did(words: string, undo: () => void): void;
  /** Shows a failure in words; bugs also go to the console. */
  failed(error: unknown): void;
  dismiss(id: number): void;
  /** While a toast has the pointer or the focus, none disappears. */
  hold(held: boolean): void;
  /** Undoes the newest action; false if there is none. */
  undo(): boolean;
}

const lifeMs = 8_000;
const most = 3;
const undoMs = 300_000;
const mostUndos = 20;

/** The sentence for a failure. */
export function failureText(error: unknown): string {
  if (error instanceof ApiError) return errorText(error, text.errors);
  if (error instanceof Unreachable) return error.maybeDone ? text.did.answerLost : text.did.unreachable;
  return text.did.failed;
}

/** Only the answer is missing: the host may have done what was asked. */
export function mayBeDone(error: unknown): boolean {
  return error instanceof Unreachable ? error.maybeDone : error instanceof ApiError && error.kind === 'unsure';
}

export function createToasts(timers: Timers): Toasts {
  const shown = signal<readonly Toast[]>([]);
  let lastId = 0;
  let held = false;
  /** What can be undone, the newest last. Other notices do not push it out. */
  let undos: readonly { readonly toast: number; readonly words: string; readonly untilMs: number; run(): void }[] = [];

  function add(toast: Omit<Toast, 'id'>): number {
    lastId += 1;
    const id = lastId;
    const others = shown.value.filter(other => other.text !== toast.text || other.action !== undefined);
    shown.value = [...others, { ...toast, id }].slice(-most);
    expire(id);
    return id;
  }

  function take(wanted: number): void {
    const found = undos.find(each => each.toast === wanted);
    undos = undos.filter(each => each !== found);
    dismiss(wanted);
    found?.run();
  }

  function expire(id: number): void {
    timers.later(() => (held ? expire(id) : dismiss(id)), lifeMs);
  }

  function dismiss(id: number): void {
    shown.value = shown.value.filter(toast => toast.id !== id);
  }

  return {
    shown,
    show(words, action) {
      add({ tone: 'plain', text: words, ...(action && { action }) });
    },
    did(words, run) {
      const action = { label: text.shell.undo, run: () => take(toast) };
      const toast = add({ tone: 'plain', text: words, action });
      undos = [...undos, { toast, words, untilMs: timers.nowMs() + undoMs, run }].slice(-mostUndos);
    },
    failed(error) {
      if (!(error instanceof ApiError) && !(error instanceof Unreachable)) console.error(error);
      add({ tone: 'bad', text: failureText(error) });
    },
    dismiss,
    hold(now) {
      held = now;
    },
    undo() {
      undos = undos.filter(each => each.untilMs > timers.nowMs());
      const newest = undos.at(-1);
      if (!newest) return false;
      // If its notice is gone, a new one says what the key has undone.
      if (!shown.value.some(toast => toast.id === newest.toast))
        add({ tone: 'plain', text: text.did.undone(newest.words) });
      take(newest.toast);
      return true;
    },
  };
}
