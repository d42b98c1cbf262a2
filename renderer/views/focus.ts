// Where the keyboard goes: the few elements that shortcuts lead to, by their stable ids.

export const ids = { search: 'search', list: 'messages', content: 'content', composer: 'composer' } as const;

export function focusSearch(): void {
  requestAnimationFrame(() => {
    const field = document.getElementById(ids.search);
    if (field instanceof HTMLInputElement) {
      field.focus();
      field.select();
    }
  });
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
