// Asks before waiting messages are dropped or returned: neither can be undone.
import type { LinksModel } from '../../models/links/links.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

/** So many subjects are named. */
const named = 5;

export function LinkQuestionDialog({ links: { actions } }: { links: LinksModel }) {
  const question = actions.question.value;
  if (!question) return null;
  const { what, messages } = question;
  const words = text.links.ask[what];
  const more = messages.length - named;
  return (
    <Dialog title={words.title(messages.length)} onClose={() => void actions.answer(false)}>
      <ul class="asked">
        {messages.slice(0, named).map(({ id, subject, recipient }) => (
          <li key={id}>
            <b>{subject || text.links.waiting.noSubject}</b> <small>{recipient}</small>
          </li>
        ))}
        {more > 0 && <li>{text.links.ask.more(more)}</li>}
      </ul>
      <p>{words.text(messages.length)}</p>
      <div class="dialog-end">
        <Button onClick={() => void actions.answer(false)}>{text.shell.cancel}</Button>
        <Button kind="danger" icon={what === 'bounce' ? 'reply' : 'trash'} onClick={() => void actions.answer(true)}>
          {words.go}
        </Button>
      </div>
    </Dialog>
  );
}
