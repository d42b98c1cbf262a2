// Short notices at the window's edge, most of them with an Undo.
import { type ReadonlySignal, signal } from '@preact/signals';
import { ApiError } from '../../core/api/errors.ts';
import { text } from '../text/en.ts';
import { Unreachable } from '../transport/web-socket.ts';
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
  /** Tells a failure in words; bugs also go to the console. */
  failed(error: unknown): void;
  dismiss(id: number): void;
  /** While someone is pointing at or focusing a toast, none disappears. */
  hold(held: boolean): void;
  /** Runs the newest toast's action (Undo); false if there is none. */
  undo(): boolean;
}

const lifeMs = 8_000;
const most = 3;

/** The sentence for a failure. */
export function failureText(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  if (error instanceof Unreachable) return error.maybeDone ? text.did.answerLost : text.did.unreachable;
  return text.did.failed;
}

/** Whether the answer is missing, and not what was asked for. */
export function mayBeDone(error: unknown): boolean {
  return error instanceof Unreachable ? error.maybeDone : error instanceof ApiError && error.code === 'unsure';
}

export function createToasts(timers: Timers): Toasts {
  const shown = signal<readonly Toast[]>([]);
  let lastId = 0;
  let held = false;

  function add(toast: Omit<Toast, 'id'>): void {
    lastId += 1;
    const id = lastId;
    const others = shown.value.filter(other => other.text !== toast.text || other.action !== undefined);
    shown.value = [...others, { ...toast, id }].slice(-most);
    expire(id);
  }

  function expire(id: number): void {
    timers.later(() => (held ? expire(id) : dismiss(id)), lifeMs);
  }

  function dismiss(id: number): void {
    shown.value = shown.value.filter(toast => toast.id !== id);
  }

  return {
    shown,
    show: (words, action) => add({ tone: 'plain', text: words, ...(action && { action }) }),
    failed(error) {
      if (!(error instanceof ApiError) && !(error instanceof Unreachable)) console.error(error);
      add({ tone: 'bad', text: failureText(error) });
    },
    dismiss,
    hold(now) {
      held = now;
    },
    undo() {
      const toast = shown.value.findLast(each => each.action !== undefined);
      if (!toast) return false;
      dismiss(toast.id);
      toast.action?.run();
      return true;
    },
  };
}
