// What the desktop's preload script puts on `window.waypost`, and what the desktop may ask of the page. Types only.
import type { Answer, Notice } from '../errors.ts';

/** Something the menu, the tray, a notification or a mailto: link asks the page to do. */
export type Command =
  /** Write a message; `mailto` is a mailto: URL to start from. */
  | { readonly kind: 'compose'; readonly mailto?: string }
  /** Show this message. */
  | { readonly kind: 'open'; readonly id: string }
  | { readonly kind: 'place'; readonly place: Place };

/** The places that the application menu leads to. */
export type Place = 'mail' | 'rules' | 'queue' | 'links' | 'status' | 'settings';

/** `window.waypost`; absent when the page is shown by a browser. */
export interface DesktopBridge {
  readonly desktop: true;
  /** One call to the host. Never rejects while the desktop app runs. */
  invoke(method: string, request: unknown): Promise<Answer>;
  /** Notices from now on, in order. */
  onNotice(receive: (notice: Notice) => void): void;
  /** Commands from now on, and those that waited for the page to be ready. Call it once. */
  onCommand(receive: (command: Command) => void): void;
}
