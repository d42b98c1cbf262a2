// What a page that the host does not let in says, and what to do about it: alone, or over what was on screen before.
import { text } from '../text/en.ts';
import type { Refusal } from '../transport/connection.ts';

/** In place of the window. */
export function DoorPage({ why }: { why: Refusal }) {
  return (
    <main class="door">
      <h1>{text.door[why].title}</h1>
      <p>{text.door[why].why}</p>
      <p>{text.door.command}</p>
      <pre>waypost open</pre>
      <p>{text.door.clone}</p>
      <pre>npm run -s waypost -- open</pre>
      <p>{text.door.after}</p>
    </main>
  );
}

/** Above the window, which stays as it was. */
export function DoorStrip({ why }: { why: Refusal }) {
  return (
    <div class="strip refused" role="alert">
      <p>
        <strong>{text.door[why].title}.</strong> {text.door.command} <code>waypost open</code>. {text.door.after}{' '}
        {text.door.kept}
      </p>
    </div>
  );
}
