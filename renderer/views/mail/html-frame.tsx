// HTML mail on light paper, in a frame that runs nothing and fetches nothing.
import { useMemo } from 'preact/hooks';
import { text } from '../../text/en.ts';
import { sanitise } from '../../ui/sanitise.ts';

export function HtmlFrame({ html }: { html: string }) {
  const safe = useMemo(() => sanitise(html, window), [html]);
  return (
    <div class="html-body">
      {safe.remoteImages > 0 && <p class="strip quiet">{text.reader.remote(safe.remoteImages)}</p>}
      <iframe
        title={text.reader.frame}
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        referrerpolicy="no-referrer"
        srcdoc={safe.document}
      />
    </div>
  );
}
