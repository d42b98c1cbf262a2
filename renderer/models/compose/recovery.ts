// Brings back what was written on pages that are gone and was never saved: the newest draft opens, the others go to Drafts.
import type { Api } from '../../../core/api/contract.ts';
import { text } from '../../text/en.ts';
import type { Toasts } from '../toasts.ts';
import type { LeftDraft, Unsaved } from './unsaved.ts';

export interface RecoveryDeps {
  readonly api: Api;
  readonly toasts: Toasts;
  readonly unsaved: Unsaved;
  /** A draft is open, which stays. */
  isOpen(): boolean;
  bringBack(left: LeftDraft): void;
}

export async function recoverDrafts({ api, toasts, unsaved, isOpen, bringBack }: RecoveryDeps): Promise<void> {
  const [newest, ...others] = await unsaved.takeLeft();
  if (!newest) return;
  if (isOpen()) others.unshift(newest);
  else {
    bringBack(newest);
    toasts.show(newest.withoutFiles ? text.composer.backWithoutFiles : text.composer.back);
  }
  const saved = await saveAll(api, unsaved, others);
  if (saved > 0) toasts.show(text.did.draftsKept(saved));
}

/** What the host does not take now stays in the browser for the next page. @returns how many were saved */
async function saveAll(api: Api, unsaved: Unsaved, drafts: readonly LeftDraft[]): Promise<number> {
  let saved = 0;
  for (const { slot, draft } of drafts) {
    try {
      await api.call('compose.save', draft);
    } catch {
      break;
    }
    unsaved.forget(slot);
    saved += 1;
  }
  return saved;
}
