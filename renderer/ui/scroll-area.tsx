// An area with its own scroll bar.
import type { ComponentChildren } from 'preact';

interface ScrollAreaProps {
  readonly name: string;
  readonly label: string;
  readonly children: ComponentChildren;
}

/** The keyboard can focus it, and so scroll it. */
export function ScrollArea({ name, label, children }: ScrollAreaProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll (WCAG 2.1.1)
    <section class={name} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
