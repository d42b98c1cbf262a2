// The addresses in a style sheet. Pure, and linear in its length.

/** Puts `none` in the place of each url() that is not to stay; one that is not closed reaches to the end, as in browsers. */
export function replaceUrls(css: string, stays: (url: string) => boolean): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { index } of css.matchAll(/url\(/gi)) {
    if (index < at) continue;
    const closing = css.indexOf(')', index);
    const end = closing < 0 ? css.length : closing + 1;
    const url = css.slice(index + 'url('.length, closing < 0 ? end : closing).replace(/^\s*['"]?/, '');
    pieces.push(css.slice(at, index), stays(url) ? css.slice(index, end) : 'none');
    at = end;
  }
  return [...pieces, css.slice(at)].join('');
}
