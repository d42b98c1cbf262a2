// The window's own address.

export const scheme = 'app';
export const origin = 'app://waypost';
export const pageUrl = `${origin}/`;

/** True for an address of our own page, and for nothing that merely looks like one. */
export function isOwnUrl(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === `${scheme}:` && url.host === 'waypost';
}
