// The one filter for addresses that leave the window. What a message says is a link is opened by the user's browser,
// or by the composer, or by nobody: never by this app, and never with a scheme that starts another program.
import type { Command } from '../../../core/api/desktop.ts';

export type Link =
  | { readonly kind: 'web'; readonly url: string }
  | { readonly kind: 'mailto'; readonly url: string }
  | { readonly kind: 'none' };

const longestUrl = 8_000;

/** Tells what may be done with an address from a message or from another program. */
export function classifyLink(text: string): Link {
  if (text.length > longestUrl) return { kind: 'none' };
  const url = URL.parse(text);
  if (!url) return { kind: 'none' };
  if (url.protocol === 'mailto:') return { kind: 'mailto', url: text };
  // The normal form is what goes to the operating system: no spaces, double quotes or control characters survive in it,
  // except that a URL's host may hold quotes, which no real one does.
  if (
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    /^([a-z0-9._-]+|\[[0-9a-f:.]+\])$/.test(url.hostname)
  ) {
    return { kind: 'web', url: url.href };
  }
  return { kind: 'none' };
}

/** Follows a link that the user chose. */
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
