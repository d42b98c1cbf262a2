// Which rows of a long list are in sight, where the list scrolls together with what is above it.
import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { visibleRows } from '../../ui/virtual-list.ts';

/** So many rows exist above and below those in sight. */
const beyond = 8;

/** @param scroller the selector of the element around the list that scrolls */
export function useRowsInSight(
  list: RefObject<HTMLElement | null>,
  scroller: string,
  rowHeight: number,
  total: number,
): { readonly first: number; readonly last: number } {
  const scrollTop = useSignal(0);
  const height = useSignal(600);

  useLayoutEffect(() => {
    const around = list.current?.closest<HTMLElement>(scroller);
    if (!around) return;
    const look = () => {
      const top = list.current?.getBoundingClientRect().top ?? 0;
      scrollTop.value = Math.max(0, around.getBoundingClientRect().top - top);
      height.value = around.clientHeight;
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(around);
    around.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      around.removeEventListener('scroll', look);
    };
  }, []);

  return visibleRows({ scrollTop: scrollTop.value, height: height.value, rowHeight, total }, beyond);
}
