// Moves the focus when the row that has it is removed: to the row that moves up, or to the place's heading when none is left.
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { isFocusLost } from './focus.ts';

interface FocusAfterRemoval<Rows extends HTMLElement> {
  /** For the element that holds the rows. */
  readonly rows: RefObject<Rows | null>;
  /** For its focusin. */
  readonly noteFocus: (event: FocusEvent) => void;
}

/** @param row the selector of a row, which has its buttons in `.act` */
export function useFocusAfterRemoval<Rows extends HTMLElement>(row: string): FocusAfterRemoval<Rows> {
  const rows = useRef<Rows>(null);
  const last = useRef<{ row: Element; index: number }>(undefined);
  const all = () => [...(rows.current?.querySelectorAll(row) ?? [])];

  useLayoutEffect(() => {
    if (!last.current || last.current.row.isConnected || !isFocusLost()) return;
    const left = all();
    const beside = left[Math.min(last.current.index, left.length - 1)];
    last.current = undefined;
    beside?.querySelector<HTMLElement>('.act button:not(:disabled)')?.focus();
  });

  useLayoutEffect(() => {
    const place = rows.current?.closest('main');
    return () => {
      queueMicrotask(() => {
        if (last.current && isFocusLost()) place?.querySelector<HTMLElement>('[tabindex="-1"]:is(h1, h2)')?.focus();
      });
    };
  }, []);

  return {
    rows,
    noteFocus({ target }) {
      const focused = target instanceof Element ? target.closest(row) : null;
      last.current = focused ? { row: focused, index: all().indexOf(focused) } : undefined;
    },
  };
}
