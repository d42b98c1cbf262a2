// Shows why a message was not sent yet, with a button to send it anyway.
import type { Guess } from '../../../core/api/compose.ts';
import type { Composer } from '../../models/compose/composer.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';

/** Empty while nothing keeps the message from being sent. */
export function SendBlockerBar({ composer }: { composer: Composer }) {
  const blocker = composer.blocker.value;
  return (
    <div id="compose-blocker" role="alert">
      {blocker && (
        <div class="callout">
          <p>
            {blocker.kind === 'no-recipient' && text.composer.noRecipient}
            {blocker.kind === 'no-subject' && text.composer.noSubject}
            {blocker.kind === 'forgot' && text.composer.forgot(blocker.word)}
            {blocker.kind === 'maybe-sent' && text.composer.maybeSent}
            {blocker.kind === 'not-addresses' && text.composer.notAddresses}
            {blocker.kind === 'guessed' && guessWords(blocker.guesses)}
          </p>
          {!['no-recipient', 'maybe-sent', 'not-addresses'].includes(blocker.kind) && (
            <Button onClick={() => void composer.send(true)}>
              {blocker.kind === 'guessed' ? text.composer.sendToGuessed : text.composer.sendAnyway}
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
