// Shows HTML mail on a light background, in a frame that runs no scripts and loads nothing. The page listens in the frame for
// keys, and for links into the message or to the composer.
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { mailLink } from '../../ui/mail-links.ts';
import { sanitise } from '../../ui/sanitise.ts';

/** About the width of a printed page. */
const printedWidth = 680;

export function HtmlFrame({ app, html }: { app: App; html: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const safe = useMemo(() => sanitise(html, window, text.reader.nowhere), [html]);
  usePrintedWhole(frame);
  return (
    <div class="html-body">
      {safe.remoteImages > 0 && <p class="strip quiet">{text.reader.remote(safe.remoteImages)}</p>}
      <iframe
        title={text.reader.frame}
        // Without allow-scripts nothing in the frame can act; allow-same-origin lets the page listen in it.
        sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
        referrerpolicy="no-referrer"
        srcdoc={safe.document}
        ref={frame}
        onLoad={event => listen(event.currentTarget, app)}
      />
    </div>
  );
}

function listen(frame: HTMLIFrameElement, app: App): void {
  const inside = frame.contentDocument;
  if (!inside) return;
  findDirections(inside);
  inside.addEventListener('click', event => {
    const link = linkAt(event);
    if (link && follow(link, inside, app)) event.preventDefault();
  });
  inside.addEventListener('keydown', event => {
    const link = event.key === 'Enter' ? linkAt(event) : undefined;
    if (link) {
      // The browser clicks a link by this key only if it has an href.
      if (!link.hasAttribute('href') && follow(link, inside, app)) event.preventDefault();
      return;
    }
    // The window's keys work while the focus is in the message.
    if (!frame.dispatchEvent(new KeyboardEvent(event.type, keyOf(event)))) event.preventDefault();
  });
}

/**
 * Lets the browser find the direction of each element. Doing so while it parses the message takes time that grows with the
 * square of its length; from the inside out, each element is searched once.
 */
function findDirections(inside: Document): void {
  for (const element of [...inside.querySelectorAll<HTMLElement>('[data-dir="auto" i]:not([dir])')].reverse()) {
    element.dir = 'auto';
  }
}

/** The frame has its own classes, so `instanceof` does not work for its elements. */
function linkAt(event: Event): Element | undefined {
  return (event.target as Element | null)?.closest?.('a, area') ?? undefined;
}

/** True when the page has followed the link; else the browser does. */
function follow(link: Element, inside: Document, app: App): boolean {
  const href = link.getAttribute('href');
  if (href === null) {
    if (link.hasAttribute('title')) app.toasts.show(link.getAttribute('title') ?? '');
    return true;
  }
  const found = mailLink(href);
  if (found.kind === 'mailto') void app.write(found.url);
  else if (found.kind === 'anchor') placeOf(found.id, inside)?.scrollIntoView();
  return found.kind !== 'web';
}

function placeOf(id: string, inside: Document): Element | null {
  if (id === '' || id.toLowerCase() === 'top') return inside.getElementById(id) ?? inside.documentElement;
  return inside.getElementById(id) ?? inside.getElementsByName(id)[0] ?? null;
}

function keyOf(event: KeyboardEvent): KeyboardEventInit {
  const { key, code, ctrlKey, shiftKey, altKey, metaKey, repeat, isComposing } = event;
  return { key, code, ctrlKey, shiftKey, altKey, metaKey, repeat, isComposing, bubbles: true, cancelable: true };
}

/** Printed, a frame shows only its visible part: for printing it gets the length of the message. */
function usePrintedWhole(frame: { readonly current: HTMLIFrameElement | null }): void {
  useEffect(() => {
    const before = () => {
      const { style, contentDocument } = frame.current ?? {};
      if (!style || !contentDocument) return;
      style.flex = 'none';
      style.width = `${printedWidth}px`;
      style.height = `${contentDocument.documentElement.scrollHeight}px`;
    };
    const after = () => frame.current?.removeAttribute('style');
    window.addEventListener('beforeprint', before);
    window.addEventListener('afterprint', after);
    return () => {
      window.removeEventListener('beforeprint', before);
      window.removeEventListener('afterprint', after);
    };
  }, []);
}
