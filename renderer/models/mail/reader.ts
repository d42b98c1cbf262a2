// The open message and how it is shown. A message that has been on screen is marked as seen.
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import { ApiError } from '../../../core/api/errors.ts';
import type { Attachment, Flag, Message } from '../../../core/api/mail.ts';
import { coalesce } from '../coalesce.ts';
import type { Preferences } from '../preferences.ts';
import type { Timers } from '../timers.ts';
import type { Toasts } from '../toasts.ts';
import { fetchPieces } from './fetch-pieces.ts';

type BodyView = 'text' | 'html' | 'source';

interface Source {
  readonly text: string;
  readonly cut: boolean;
}

export interface Reader {
  /** The message that was asked for; `message` follows once it is fetched. */
  readonly id: ReadonlySignal<string | undefined>;
  readonly message: ReadonlySignal<Message | undefined>;
  readonly gone: ReadonlySignal<boolean>;
  readonly view: ReadonlySignal<BodyView>;
  readonly fixed: ReadonlySignal<boolean>;
  readonly source: ReadonlySignal<Source | undefined>;
  /** `now`: the owner opened this message. `passing`: the keys moved past it, so it is fetched and marked a little later. */
  open(id: string, how: 'now' | 'passing'): void;
  close(): void;
  showAs(view: BodyView): void;
  setFixed(fixed: boolean): void;
  /** An attachment, or the whole file of the message. Undefined when that failed; a toast says why. */
  fetchFile(file: Attachment): Promise<Blob | undefined>;
  fetchWhole(): Promise<Blob | undefined>;
  /** Shows the message with other flags before the host confirms them. The returned function undoes that: the host refused. */
  applyOptimistically(ids: ReadonlySet<string>, flags: (before: readonly Flag[]) => Flag[]): () => void;
}

const passingMs = 120;
const seenPassingMs = 1_000;

export interface ReaderDeps {
  readonly api: Api;
  readonly timers: Timers;
  readonly toasts: Toasts;
  readonly preferences: Preferences;
  /** Called for a message that was on screen and is not marked as seen. */
  markSeen(id: string): void;
}

export function createReader({ api, timers, toasts, preferences, markSeen }: ReaderDeps): Reader {
  const id = signal<string>();
  const message = signal<Message>();
  const gone = signal(false);
  const view = signal<BodyView>('text');
  const fixed = signal(preferences.get('fixed') === 'yes');
  const source = signal<Source>();
  let stopWaiting = () => {};

  async function fetchMessage(wanted: string, seenAfterMs: number): Promise<void> {
    try {
      const found = await api.call('mail.read', { id: wanted });
      if (id.value !== wanted) return;
      batch(() => {
        message.value = found;
        view.value = found.html !== null && preferences.get('body') === 'html' ? 'html' : 'text';
      });
      if (found.flags.includes('S')) return;
      stopWaiting = timers.later(() => markSeen(wanted), seenAfterMs);
    } catch (error) {
      if (id.value !== wanted) return;
      if (error instanceof ApiError && error.kind === 'gone') gone.value = true;
      else toasts.failed(error);
    }
  }

  async function fetchSource(wanted: string): Promise<void> {
    try {
      const found = await api.call('mail.source', { id: wanted });
      if (id.value === wanted) source.value = found;
    } catch (error) {
      toasts.failed(error);
    }
  }

  /** Another program may have removed the message or changed its flags. */
  const look = coalesce(async () => {
    const wanted = id.value;
    const shown = message.value;
    if (wanted === undefined || shown?.id !== wanted) return;
    // If this call fails, the next change asks again, and so does a new connection.
    const answer = await api.call('mail.flags', { ids: [wanted] }).catch(() => undefined);
    const flags = answer?.flags[0];
    if (flags === undefined || message.value !== shown) return;
    gone.value = flags === null;
    if (flags && flags.join() !== shown.flags.join()) setFlags(shown, flags);
    if (!flags) stopWaiting();
  });
  api.on('mail.changed', look);
  api.onGap(() => {
    // It could not be fetched while the host was away.
    if (id.value !== undefined && !message.value && !gone.value) fetchMessage(id.value, 0);
    void look();
  });

  function setFlags(shown: Message, flags: readonly Flag[]): void {
    stopWaiting();
    message.value = { ...shown, flags: [...flags] };
  }

  return {
    id,
    message,
    gone,
    view,
    fixed,
    source,
    open(wanted, how) {
      if (id.value === wanted) {
        // The keys only moved past it before; now the owner opened it.
        if (how === 'now' && message.value && !message.value.flags.includes('S')) {
          stopWaiting();
          markSeen(wanted);
        }
        return;
      }
      stopWaiting();
      batch(() => {
        id.value = wanted;
        gone.value = false;
        source.value = undefined;
        if (how === 'now') message.value = undefined;
      });
      if (how === 'now') fetchMessage(wanted, 0);
      else stopWaiting = timers.later(() => fetchMessage(wanted, seenPassingMs), passingMs);
    },
    close() {
      stopWaiting();
      batch(() => {
        id.value = undefined;
        message.value = undefined;
        source.value = undefined;
        gone.value = false;
      });
    },
    showAs(wanted) {
      view.value = wanted;
      if (wanted !== 'source') preferences.set('body', wanted);
      else if (id.value && !source.value) fetchSource(id.value);
    },
    setFixed(on) {
      fixed.value = on;
      preferences.set('fixed', on ? 'yes' : 'no');
    },
    async fetchFile(file) {
      const from = message.value?.id;
      return from === undefined
        ? undefined
        : fetchPieces(toasts, offset => api.call('mail.attachment', { id: from, part: file.part, offset }));
    },
    async fetchWhole() {
      const from = id.value;
      return from === undefined
        ? undefined
        : fetchPieces(toasts, offset => api.call('mail.bytes', { id: from, offset }));
    },
    applyOptimistically(ids, flags) {
      const shown = message.value;
      if (!shown || !ids.has(shown.id)) return () => {};
      setFlags(shown, flags(shown.flags));
      return () => {
        if (message.value?.id === shown.id) message.value = { ...message.value, flags: shown.flags };
      };
    },
  };
}
