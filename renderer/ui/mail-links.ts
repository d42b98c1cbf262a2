// Where a link of HTML mail leads: to a place in the message, to the web, to the composer, or nowhere. Pure.

export type MailLink =
  | { readonly kind: 'anchor'; readonly id: string }
  | { readonly kind: 'web'; readonly url: string }
  | { readonly kind: 'mailto'; readonly url: string }
  | { readonly kind: 'nowhere' };

const nowhere: MailLink = { kind: 'nowhere' };
const scheme = /^[a-z][a-z0-9+.-]*:/i;

/** @param base the base of relative links that the message gives; `''`: none */
export function mailLink(href: string, base = ''): MailLink {
  // A browser drops these too.
  const text = href.replace(/[\t\n\r]/g, '').trim();
  if (text.startsWith('#')) return { kind: 'anchor', id: decoded(text.slice(1)) };
  if (/^mailto:/i.test(text)) return { kind: 'mailto', url: text };
  // Without this, a link without a scheme would get the scheme of this page.
  const url = scheme.test(text)
    ? URL.parse(text)
    : text.startsWith('//')
      ? URL.parse(`https:${text}`)
      : isWeb(URL.parse(base))
        ? URL.parse(text, base)
        : null;
  return url && isWeb(url) ? { kind: 'web', url: url.href } : nowhere;
}

function isWeb(url: URL | null): boolean {
  return url?.protocol === 'https:' || url?.protocol === 'http:';
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
