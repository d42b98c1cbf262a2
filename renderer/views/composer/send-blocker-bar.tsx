import type { Guess } from '../../../core/api/compose.ts';
import type { Composer } from '../../models/compose/composer.ts';
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
            {doubt.kind === 'maybe-sent' && text.composer.maybeSent}
            {doubt.kind === 'not-addresses' && text.composer.notAddresses}
            {doubt.kind === 'guessed' && guessWords(doubt.guesses)}
          </p>
          {!['no-recipient', 'maybe-sent', 'not-addresses'].includes(doubt.kind) && (
            <Button onClick={() => void composer.send(true)}>
              {doubt.kind === 'guessed' ? text.composer.sendToGuessed : text.composer.sendAnyway}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function guessWords([first, ...others]: readonly Guess[]): string {
  if (!first) return '';
  const more = others.map(({ typed, address }) => text.composer.guessedToo(typed, address));
  return [text.composer.guessed(first.typed, first.address), ...more].join(' ');
}
