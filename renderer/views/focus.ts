// Moves the focus to the few elements that shortcuts lead to, by their ids.

export const ids = { search: 'search', list: 'messages', content: 'content', composer: 'composer' } as const;

/** At once, so that the next letters go there; or as soon as the place that was just opened is drawn. */
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

/** Focuses the active row of the message list, or its first row. */
export function focusList(): void {
  requestAnimationFrame(() => {
    const row = document.querySelector<HTMLElement>(`#${ids.list} [role=option][tabindex="0"]`);
    row?.focus({ preventScroll: true });
  });
}

/** The focus is in the composer, which has its own keys. */
export function inComposer(): boolean {
  return document.activeElement?.closest(`#${ids.composer}`) != null;
}

/** The focus or the selected text is beside the list: keys that select text keep their meaning there. */
export function inAside(): boolean {
  const anchor = getSelection()?.anchorNode?.parentElement;
  return [document.activeElement, anchor].some(element => element?.closest('.aside') != null);
}

/** Nothing has the focus: the element that had it was removed. */
export function isFocusLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}
