// Leads back to the draft that is open while another message is read.
import type { Composer } from '../../models/compose/composer.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';

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
