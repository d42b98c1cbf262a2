// A virtual list of equal rows: which rows are on screen, and how far to scroll to show one. Pure.

export interface Viewport {
  readonly scrollTop: number;
  readonly height: number;
  readonly rowHeight: number;
  readonly total: number;
}

/** First and last row on screen, `beyond` more on either side; `last` is -1 in an empty list. */
export function visibleRows(view: Viewport, beyond = 0): { first: number; last: number } {
  const first = Math.max(0, Math.floor(view.scrollTop / view.rowHeight) - beyond);
  const end = Math.ceil((view.scrollTop + view.height) / view.rowHeight) + beyond;
  return { first: Math.min(first, Math.max(0, view.total - 1)), last: Math.min(end, view.total) - 1 };
}

/** The scroll position that shows the whole of a row, moving as little as possible. */
export function scrollToShow(view: Viewport, index: number): number {
  const top = index * view.rowHeight;
  if (top < view.scrollTop) return top;
  const bottom = top + view.rowHeight;
  return bottom > view.scrollTop + view.height ? bottom - view.height : view.scrollTop;
}
