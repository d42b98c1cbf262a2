// Moves the focus when the message that has it leaves the queue: to the message that moves up, or to the heading when none is
// left.
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { isFocusLost } from '../focus.ts';

interface FocusAfterRemoval {
  readonly table: RefObject<HTMLTableElement | null>;
  /** For the table's focusin. */
  readonly noteFocus: (event: FocusEvent) => void;
}

export function useFocusAfterRemoval(): FocusAfterRemoval {
  const table = useRef<HTMLTableElement>(null);
  const last = useRef<{ body: Element; index: number }>(undefined);

  useLayoutEffect(() => {
    if (!last.current || last.current.body.isConnected || !isFocusLost()) return;
    const bodies = table.current?.tBodies ?? [];
    const beside = bodies[Math.min(last.current.index, bodies.length - 1)];
    last.current = undefined;
    beside?.querySelector<HTMLElement>('.act button:not(:disabled)')?.focus();
  });

  useLayoutEffect(() => {
    const place = table.current?.closest('.queue');
    return () => {
      queueMicrotask(() => {
        if (last.current && isFocusLost()) place?.querySelector<HTMLElement>('h1')?.focus();
      });
    };
  }, []);

  return {
    table,
    noteFocus({ target }) {
      const body = target instanceof Element ? target.closest('tbody') : null;
      last.current = body ? { body, index: [...(table.current?.tBodies ?? [])].indexOf(body) } : undefined;
    },
  };
}
