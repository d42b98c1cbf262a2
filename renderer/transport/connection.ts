// Whether the page is connected to its host, and why not.
import type { ReadonlySignal } from '@preact/signals';

/** Whether the host can be reached right now. */
export type ConnectionState =
  | { readonly kind: 'up' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'down'; readonly retryAtMs: number }
  /** The host does not let this page in, and trying again would not help. */
  | { readonly kind: 'refused'; readonly why: Refusal };

/** The tab never had a session; its session has ended; the key of its address was used before, or is too old. */
export type Refusal = 'none' | 'session' | 'key';

/** The window's connection to its host. */
export interface Connection {
  readonly state: ReadonlySignal<ConnectionState>;
  /** Connects at once instead of at the next attempt. */
  retryNow(): void;
}
