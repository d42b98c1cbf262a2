// The open message, kept in step with its file. One that has been on screen is marked as seen.
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import { ApiError } from '../../../core/api/errors.ts';
import type { Attachment, Flag, Message } from '../../../core/api/mail.ts';
import { coalesce } from '../coalesce.ts';
import type { Preferences } from '../preferences.ts';
import type { Timers } from '../timers.ts';
import type { Toasts } from '../toasts.ts';
import { type BodyView, createBodyView } from './body-view.ts';
import { fetchPieces } from './fetch-pieces.ts';

export interface Reader extends Pick<BodyView, 'view' | 'fixed' | 'source' | 'showAs' | 'setFixed'> {
  /** The message that was asked for; `message` follows once it is fetched. */
  readonly id: ReadonlySignal<string | undefined>;
  readonly message: ReadonlySignal<Message | undefined>;
  readonly gone: ReadonlySignal<boolean>;
  /** `now`: the owner opened this message. `passing`: the keys moved past it, so it is fetched and marked a little later. */
  open(id: string, how: 'now' | 'passing'): void;
  close(): void;
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
  const body = createBodyView({ api, toasts, preferences, id });
  let stopWaiting = () => {};

  async function fetchMessage(wanted: string, seenAfterMs: number): Promise<void> {
    try {
      const found = await api.call('mail.read', { id: wanted });
      if (id.value !== wanted) return;
      batch(() => {
        message.value = found;
        body.begin(found);
      });
      if (found.flags.includes('S')) return;
      stopWaiting = timers.later(() => markSeen(wanted), seenAfterMs);
    } catch (error) {
      if (id.value !== wanted) return;
      if (error instanceof ApiError && error.kind === 'gone') gone.value = true;
      else toasts.failed(error);
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
    view: body.view,
    fixed: body.fixed,
    source: body.source,
    showAs: body.showAs,
    setFixed: body.setFixed,
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
        body.clear();
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
        body.clear();
        gone.value = false;
      });
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
