// Where the keyboard goes: the few elements that shortcuts lead to, by their stable ids.

export const ids = { search: 'search', list: 'messages', content: 'content', composer: 'composer' } as const;

/** At once, so that what is typed next goes there; else when the place that was just entered has been drawn. */
export function focusSearch(): void {
  if (!enterSearch()) requestAnimationFrame(enterSearch);
}

function enterSearch(): boolean {
  const field = document.getElementById(ids.search);
  if (!(field instanceof HTMLInputElement)) return false;
  field.focus();
  field.select();
  return document.activeElement === field;
}

/** Focuses the active row of the message list, or its first. */
export function focusList(): void {
  requestAnimationFrame(() => {
    const row = document.querySelector<HTMLElement>(`#${ids.list} [role=option][tabindex="0"]`);
    row?.focus({ preventScroll: true });
  });
}

/** The composer has keys of its own. */
export function inComposer(): boolean {
  return document.activeElement?.closest(`#${ids.composer}`) != null;
}

/** Somebody reads there: keys that select text keep their meaning. */
export function inAside(): boolean {
  const anchor = getSelection()?.anchorNode?.parentElement;
  return [document.activeElement, anchor].some(element => element?.closest('.aside') != null);
}

/** The keyboard is nowhere: what had the focus has gone, and nobody has taken it since. */
export function isFocusLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}
