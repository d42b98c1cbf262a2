import type { Composer } from '../../models/composer.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';

/** The question that stands between Send and sending, if there is one. */
export function DoubtBar({ composer }: { composer: Composer }) {
  const doubt = composer.doubt.value;
  return (
    <div id="compose-doubt" role="alert">
      {doubt && (
        <div class="doubt">
          <p>
            {doubt.kind === 'no-recipient' && text.composer.noRecipient}
            {doubt.kind === 'no-subject' && text.composer.noSubject}
            {doubt.kind === 'forgot' && text.composer.forgot(doubt.word)}
          </p>
          {doubt.kind !== 'no-recipient' && (
            <Button onClick={() => void composer.send(true)}>{text.composer.sendAnyway}</Button>
          )}
        </div>
      )}
    </div>
  );
}
