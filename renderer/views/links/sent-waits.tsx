// Above a message that was sent from here: which links it waits for, for whom, and until when.
import type { App } from '../../models/app.ts';
import { linkWaitWords } from '../../models/links/describe-link.ts';
import { text } from '../../text/en.ts';

export function SentWaits({ app }: { app: App }) {
  const byLink = Map.groupBy(app.sentWaits.value, ({ link }) => link);
  if (byLink.size === 0) return null;
  return (
    <ul class="sent-waits" aria-label={text.links.sentWaits}>
      {[...byLink].map(([link, waits]) => (
        <li key={link} class="strip">
          <span>
            {linkWaitWords(app.links.all.value, [link], app.nowMs.value)}
            {': '}
            {waits.map(({ recipient }) => recipient).join(', ')}
          </span>
          <button type="button" class="link" onClick={() => app.showLink(link)}>
            {text.trace.showLink}
          </button>
        </li>
      ))}
    </ul>
  );
}
