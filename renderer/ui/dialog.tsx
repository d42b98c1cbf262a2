// A modal dialog on the native <dialog>: the browser keeps the focus inside.
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';

interface DialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly onClose: () => void;
}

export function Dialog({ title, children, onClose }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // At once, not after the next frame: until then the focus may have moved on.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const dialog = element.current;
    dialog?.showModal();
    // What is longer than the window is read from its top, though its buttons are at its end.
    if (dialog && dialog.scrollHeight > dialog.clientHeight) {
      const heading = dialog.querySelector('h2');
      // Only here: otherwise the heading would get the first focus in every dialog.
      if (heading) heading.tabIndex = -1;
      heading?.focus({ preventScroll: true });
      dialog.scrollTop = 0;
    }
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class="dialog"
      aria-labelledby={titleId}
      onCancel={event => {
        event.preventDefault();
        onClose();
      }}
      onClick={event => {
        if (event.target === element.current) onClose();
      }}
      onKeyDown={event => {
        if (event.key !== 'Escape') return;
        // In a dialog this key only closes it.
        event.preventDefault();
        onClose();
      }}
    >
      <div class="dialog-body">
        <h2 id={titleId}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}
