// Says why the host does not let this page in, and how to open it again: alone, or above what was on screen before.
import { text } from '../text/en.ts';
import type { Refusal } from '../transport/connection.ts';

/** Shown instead of the window. */
export function RefusedPage({ why }: { why: Refusal }) {
  return (
    <main class="refused-page">
      <h1>{text.refused[why].title}</h1>
      <p>{text.refused[why].why}</p>
      <p>{text.refused.command}</p>
      <pre>waypost open</pre>
      <p>{text.refused.clone}</p>
      <pre>npm run -s waypost -- open</pre>
      <p>{text.refused.after}</p>
    </main>
  );
}

/** Shown above the window, which stays as it was. */
export function RefusedStrip({ why }: { why: Refusal }) {
  return (
    <div class="strip refused" role="alert">
      <p>
        <strong>{text.refused[why].title}.</strong> {text.refused.command} <code>waypost open</code>.{' '}
        {text.refused.after} {text.refused.kept}
      </p>
    </div>
  );
}
