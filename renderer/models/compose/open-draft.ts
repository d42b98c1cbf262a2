// The draft that is open: what is written in it, whether it is on screen, and what saves and sends it.
import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Draft } from '../../../core/api/compose.ts';
import type { Api } from '../../../core/api/contract.ts';
import { text } from '../../text/en.ts';
import type { Timers } from '../timers.ts';
import type { Toasts } from '../toasts.ts';
import { type Attaching, createAttaching } from './attaching.ts';
import { type Autosave, createAutosave } from './autosave.ts';
import { createSending, type Sending } from './sending.ts';
import type { Unsaved } from './unsaved.ts';

export interface OpenDraft {
  /** Undefined: none is open. */
  readonly draft: ReadonlySignal<Draft | undefined>;
  readonly shown: Signal<boolean>;
  /** Grows with every draft that is opened. */
  readonly opened: ReadonlySignal<number>;
  readonly autosave: Autosave;
  readonly sending: Sending;
  readonly attaching: Attaching;
  /** Opens a draft. @param saved it comes from the host's disk @param slot where the browser keeps it */
  begin(fresh: Draft, saved: boolean, slot?: string): void;
  change(patch: Partial<Draft>): void;
  /**
   * Waits until it is sent if it is being sent, else saves it, so that another one can be opened. False when that failed: it is
   * on screen then.
   */
  putAway(): Promise<boolean>;
  /** Closes it as it is. */
  end(): void;
}

export interface OpenDraftDeps {
  readonly api: Api;
  readonly timers: Timers;
  readonly toasts: Toasts;
  readonly unsaved: Unsaved;
  showQueue(): void;
}

export function createOpenDraft({ api, timers, toasts, unsaved, showQueue }: OpenDraftDeps): OpenDraft {
  const draft = signal<Draft>();
  const shown = signal(false);
  const opened = signal(0);
  const autosave = createAutosave({ api, timers, toasts, unsaved, draft, opened });
  const attaching = createAttaching({ toasts, draft, opened, setFiles: files => change({ files: [...files] }) });
  const attached = attaching.finished;
  const sending = createSending({ api, timers, toasts, draft, opened, autosave, attached, end, showQueue });

  function end(): void {
    autosave.end();
    batch(() => {
      draft.value = undefined;
      shown.value = false;
      sending.reset();
    });
  }

  function change(patch: Partial<Draft>): void {
    const before = draft.value;
    if (!before) return;
    batch(() => {
      draft.value = { ...before, ...patch };
      autosave.touch();
      if (!sending.under.value) sending.blocker.value = undefined;
    });
  }

  return {
    draft,
    shown,
    opened,
    autosave,
    sending,
    attaching,
    begin(fresh, saved, slot) {
      batch(() => {
        draft.value = fresh;
        autosave.begin(saved, slot);
        sending.reset();
        shown.value = true;
        opened.value += 1;
      });
    },
    change,
    async putAway() {
      if (sending.under.value) {
        await sending.answered();
        shown.value = draft.value !== undefined;
        return draft.value === undefined;
      }
      if (!draft.value || (await autosave.save())) return true;
      const saving = autosave.state.value;
      toasts.show(text.composer.notSaved(saving.kind === 'failed' ? saving.why : ''));
      shown.value = true;
      return false;
    },
    end,
  };
}
