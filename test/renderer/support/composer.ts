// A composer on a host, a browser's storage and timers that tests hold in their hands.
import { signal } from '@preact/signals';
import type { Draft, Guess } from '../../../core/api/compose.ts';
import { refusal } from '../../../core/api/errors.ts';
import { createComposer } from '../../../renderer/models/compose/composer.ts';
import { createUnsaved } from '../../../renderer/models/compose/unsaved.ts';
import { createToasts } from '../../../renderer/models/toasts.ts';
import { fakeApi } from './fake-api.ts';
import { type FakeLocks, type FakeStorage, fakeLocks, fakeStorage } from './fake-storage.ts';
import { fakeTimers, settled } from './fake-timers.ts';

export const empty: Draft = {
  id: null,
  messageId: '<1@here.example>',
  from: '',
  replyTo: '',
  to: '',
  cc: '',
  bcc: '',
  subject: '',
  text: '',
  files: [],
  source: null,
  kept: null,
};

export function setUpComposer(
  options: {
    storage?: FakeStorage;
    page?: string;
    locks?: FakeLocks;
    saveFails?: () => boolean;
    /** Each save waits for this. */
    saveEnds?: () => Promise<void>;
    sendFails?: () => boolean;
    /** Each Send waits for this. */
    sendEnds?: () => Promise<void>;
    /** Each new draft waits for this. */
    startEnds?: () => Promise<void>;
    guesses?: Guess[];
    /** Replaces the answer of Send. */
    lost?: () => Error;
    look?: () => { queued: boolean };
  } = {},
) {
  const timers = fakeTimers();
  const saves: Draft[] = [];
  const host = fakeApi({
    'compose.start': async () => {
      await options.startEnds?.();
      return empty;
    },
    'compose.open': ({ id }) => ({ ...(saves.at(-1) ?? empty), id }),
    'compose.discard': () => ({}),
    'compose.look': () => options.look?.() ?? { queued: false },
    'compose.save': async draft => {
      await options.saveEnds?.();
      if (options.saveFails?.()) throw refusal('configuration-unusable', { why: 'The disk is full.' });
      saves.push({ ...empty, ...draft });
      return { id: `Drafts/${saves.length}`, missed: false };
    },
    'compose.send': async ({ agreed = [] }) => {
      await options.sendEnds?.();
      const guesses = (options.guesses ?? []).filter(({ address }) => !agreed.includes(address));
      if (guesses.length > 0) return { kind: 'guessed', guesses };
      if (options.lost) throw options.lost();
      if (options.sendFails?.()) throw refusal('configuration-unusable', { why: 'The disk is full.' });
      return { kind: 'queued', queued: 7, recipients: 1, sent: 'Sent/1' };
    },
  });
  const toasts = createToasts(timers);
  const { storage = fakeStorage(), locks = fakeLocks(), page = 'one' } = options;
  const unsaved = createUnsaved({ timers, storage: () => storage, locks, page });
  const [links, showQueue] = [signal(undefined), () => {}];
  const composer = createComposer({ api: host.api, timers, toasts, unsaved, links, showQueue });
  return { composer, storage, timers, saves, toasts, asked: host.asked };
}

/** Calls that end when the test says so. */
export function slowCalls() {
  const waiting: (() => void)[] = [];
  return {
    wait: () => new Promise<void>(resolve => void waiting.push(resolve)),
    started: () => waiting.length,
    async end(at: number) {
      waiting[at]?.();
      await settled();
    },
  };
}

export const methods = (asked: readonly (readonly [string, unknown])[]) =>
  asked.map(([method]) => method).filter(method => method !== 'compose.senders');
