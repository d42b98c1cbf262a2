// A modal question or sheet on the native <dialog>: the browser keeps the focus inside and gives it back afterwards.
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
  // At once, not after the next frame: until then somebody may have moved the focus on.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const dialog = element.current;
    dialog?.showModal();
    // What is longer than the window is read from its top; its buttons may stand at its end.
    if (dialog && dialog.scrollHeight > dialog.clientHeight) {
      const heading = dialog.querySelector('h2');
      // Only here: a heading that can be focused would be the first to be, in every dialog.
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
        // Closing the dialog is all that this key does here.
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
