// The dialog with what both sides said at a contact.
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { dateWithin } from '../../text/format.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { LongText } from '../../ui/long-text.tsx';
import { ScrollArea } from '../../ui/scroll-area.tsx';

export function TranscriptDialog({ app }: { app: App }) {
  const { transcript } = app.links;
  const shown = transcript.answer.value;
  if (!shown) return null;
  const words = text.links.transcript;
  return (
    <Dialog title={words.title(dateWithin(shown.contact.startMs, app.nowMs.value))} onClose={() => transcript.close()}>
      {shown.text === null ? (
        <p>{words.gone}</p>
      ) : (
        <>
          <p class="path">{words.hint}</p>
          <ScrollArea name="queued-text" label={words.text}>
            <pre class="source">
              <LongText words={shown.text} />
            </pre>
          </ScrollArea>
        </>
      )}
      <div class="dialog-end">
        <Button onClick={() => transcript.close()}>{text.shell.close}</Button>
      </div>
    </Dialog>
  );
}
