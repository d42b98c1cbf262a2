// The browser's Back and Forward. Places and mailboxes follow each other; an open message and the composer are on top of them,
// so that Back closes what was opened last. The address shows only the place.
import { effect } from '@preact/signals';
import type { Place } from '../core/api/transport/desktop.ts';
import { type App, isPlace } from './models/app.ts';

interface View {
  readonly place: Place;
  readonly mailbox: string;
  readonly message: string | null;
  readonly composing: boolean;
}

interface Kept {
  readonly view: View;
  /** How many entries are above the lowest one of this place. */
  readonly pushed: number;
}

/** The place that the address names. */
export function placeInAddress(page: Window): Place | undefined {
  const name = page.location.hash.replace(/^#\/?/, '');
  return isPlace(name) ? name : undefined;
}

export function followHistory(app: App, page: Window): void {
  const { mail, composer } = app;
  /** The page has told the browser to go back, which happens a little later. */
  let returning = false;
  let waiting = false;

  function viewNow(): View {
    return {
      place: app.place.value,
      mailbox: mail.list.mailbox.value,
      message: mail.reader.id.value ?? null,
      composing: composer.shown.value,
    };
  }

  function keep(how: 'push' | 'replace', pushed: number): void {
    const kept: Kept = { view: viewNow(), pushed };
    const address = `#/${kept.view.place}`;
    if (how === 'push') page.history.pushState(kept, '', address);
    else page.history.replaceState(kept, '', address);
  }

  function sync(): void {
    if (returning) return;
    const before = keptIn(page.history.state);
    const now = viewNow();
    const deeper = before ? depth(now) - depth(before.view) : 0;
    if (!before) keep('replace', 0);
    else if (now.place !== before.view.place || now.mailbox !== before.view.mailbox) keep('push', 0);
    else if (deeper > 0) keep('push', before.pushed + 1);
    else if (deeper < 0 && before.pushed > 0) {
      returning = true;
      page.history.go(Math.max(deeper, -before.pushed));
    } else if (!isSame(now, before.view)) keep('replace', before.pushed);
  }

  function show({ place, mailbox, message, composing }: View): void {
    app.go(place);
    if (!composing) composer.hide();
    else composer.show();
    if (message !== null && message !== mail.reader.id.value) void mail.openMessage(message);
    else if (message === null && mailbox !== mail.list.mailbox.value) mail.showMailbox(mailbox);
    else if (message === null) mail.closeMessage();
  }

  page.addEventListener('popstate', () => {
    const kept = keptIn(page.history.state);
    if (returning) {
      returning = false;
      sync();
    } else if (kept) {
      show(kept.view);
      // It may not be possible any more: the draft has been sent.
      keep('replace', kept.pushed);
    } else {
      // A link to a place, or an address that was typed. An address with a key stays as it is: the key is read from it.
      const place = placeInAddress(page);
      if (place === undefined) return;
      app.go(place);
      keep('replace', 0);
    }
  });

  keep('replace', 0);
  effect(() => {
    viewNow();
    if (waiting) return;
    // One step may change several of these.
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      sync();
    });
  });
}

function depth({ message, composing }: View): number {
  return (message === null ? 0 : 1) + (composing ? 1 : 0);
}

function isSame(one: View, other: View): boolean {
  return one.message === other.message && one.composing === other.composing;
}

/** Entries of an earlier page or of another version of it are ignored. */
function keptIn(state: unknown): Kept | undefined {
  const kept = state as Partial<Kept> | null;
  return typeof kept?.pushed === 'number' && kept.view ? (kept as Kept) : undefined;
}
