import type { Composer } from '../../models/compose/composer.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';

/** The way back to a message that is being written, while another one is read. */
export function OpenDraftStrip({ composer }: { composer: Composer }) {
  const draft = composer.draft.value;
  if (!draft) return null;
  return (
    <div class="strip">
      <span>{text.reader.unsent(draft.subject || text.mail.noSubject)}</span>
      <Button icon="write" onClick={() => composer.show()}>
        {text.reader.goOn}
      </Button>
    </div>
  );
}
