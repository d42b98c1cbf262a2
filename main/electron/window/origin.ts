// The window's own address.

export const scheme = 'app';
export const origin = 'app://waypost';
export const pageUrl = `${origin}/`;

/** True for an address of the app's own page, and for none that only looks like it. */
export function isOwnUrl(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === `${scheme}:` && url.host === 'waypost';
}
