// The one filter for addresses that leave the window. What a message says is a link is opened by the user's browser,
// or by the composer, or not at all: never by this app, and never with a scheme that starts another program.
import type { Command } from '../../../core/api/transport/desktop.ts';

export type Link =
  | { readonly kind: 'web'; readonly url: string }
  | { readonly kind: 'mailto'; readonly url: string }
  | { readonly kind: 'none' };

const longestUrl = 8_000;

/** Decides what may be done with an address from a message or from another program. */
export function classifyLink(text: string): Link {
  if (text.length > longestUrl) return { kind: 'none' };
  const url = URL.parse(text);
  if (!url) return { kind: 'none' };
  if (url.protocol === 'mailto:') return { kind: 'mailto', url: text };
  // The operating system gets the normal form: it has no spaces, double quotes or control characters, except that a URL's host
  // may contain quotes, which no real host does.
  if (
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    /^([a-z0-9._-]+|\[[0-9a-f:.]+\])$/.test(url.hostname)
  ) {
    return { kind: 'web', url: url.href };
  }
  return { kind: 'none' };
}

/** Opens a link that the user has clicked. */
export function createLinkOpener(deps: {
  openExternal(url: string): Promise<void>;
  command(command: Command): void;
  log(line: string): void;
}): (text: string) => void {
  return text => {
    const link = classifyLink(text);
    if (link.kind === 'mailto') deps.command({ kind: 'compose', mailto: link.url });
    if (link.kind === 'web') {
      deps.openExternal(link.url).catch(error => deps.log(`unable to open ${link.url} in a browser: ${error}`));
    }
  };
}
