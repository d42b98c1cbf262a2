// Scrolls the message list: keeps what is on screen in place when mail arrives, and brings the active row into view.
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { MessageList } from '../../models/mail/message-list.ts';
import { scrollToShow, type Viewport, visibleRows } from '../../ui/virtual-list.ts';
import { focusList } from '../focus.ts';

/** @returns the element that scrolls, what is in sight of it, and what to call when it was scrolled */
export function useRowScroll(list: MessageList, rowHeight: number) {
  const scroller = useRef<HTMLDivElement>(null);
  const scrollTop = useSignal(0);
  const height = useSignal(600);
  const before = useRef({ shift: list.shift.peek(), active: list.active.peek()?.id });

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // New rows above: scrolls by as much, so that nothing moves on screen.
  const shift = list.shift.value;
  useLayoutEffect(() => {
    const by = shift - before.current.shift;
    before.current.shift = shift;
    if (by !== 0 && scroller.current) scroller.current.scrollTop += by * rowHeight;
  }, [shift]);

  // Another mailbox or search starts at its top.
  const listed = [list.mailbox.value, list.query.value, list.order.value, list.unreadOnly.value].join('\n');
  useLayoutEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0;
  }, [listed]);

  // The active row is brought into view when it becomes active, not when mail moves it.
  const active = list.active.value;
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || !active || active.id === before.current.active) return;
    before.current.active = active.id;
    if (active.quiet) return;
    const view = { scrollTop: element.scrollTop, height: element.clientHeight, rowHeight, total: list.total.peek() };
    element.scrollTop = scrollToShow(view, active.index);
    if (element.contains(document.activeElement)) focusList();
  }, [active]);

  const view = (): Viewport => ({
    scrollTop: scrollTop.value,
    height: height.value,
    rowHeight,
    total: list.total.value,
  });
  useSignalEffect(() => {
    const { first, last } = visibleRows(view());
    list.want(first, last);
  });

  return {
    scroller,
    view: view(),
    onScroll() {
      scrollTop.value = scroller.current?.scrollTop ?? 0;
    },
  };
}
