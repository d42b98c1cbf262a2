// Shows the notices.
import type { Toasts } from '../models/toasts.ts';
import { text } from '../text/en.ts';
import { Button } from '../ui/button.tsx';

/** The region is always there, so that screen readers read what appears in it. */
export function ToastList({ toasts }: { toasts: Toasts }) {
  return (
    <section
      class="toasts"
      aria-label={text.shell.notices}
      aria-live="polite"
      onPointerEnter={() => toasts.hold(true)}
      onPointerLeave={() => toasts.hold(false)}
      onFocusIn={() => toasts.hold(true)}
      onFocusOut={() => toasts.hold(false)}
    >
      {toasts.shown.value.map(toast => (
        <div key={toast.id} class={`toast ${toast.tone}`}>
          <span>{toast.text}</span>
          {toast.action && (
            <Button
              kind="quiet"
              onClick={() => {
                toasts.dismiss(toast.id);
                toast.action?.run();
              }}
            >
              {toast.action.label}
            </Button>
          )}
          <Button kind="quiet" icon="close" iconOnly onClick={() => toasts.dismiss(toast.id)}>
            {text.shell.dismiss}
          </Button>
        </div>
      ))}
    </section>
  );
}
