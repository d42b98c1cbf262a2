import type { ReadonlySignal } from '@preact/signals';

/** Whether the host can be reached right now. */
export type LinkState =
  | { readonly kind: 'up' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'down'; readonly retryAtMs: number };

/** The window's line to its host. */
export interface Link {
  readonly state: ReadonlySignal<LinkState>;
  /** Does not wait for the next attempt. */
  retryNow(): void;
}
