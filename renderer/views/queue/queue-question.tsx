// Asks before a message is returned or deleted: neither can be undone.
import type { App } from '../../models/app.ts';
import type { QueueQuestion } from '../../models/queue/queue-actions.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

export function QueueQuestionDialog({ app }: { app: App }) {
  const { actions } = app.queue;
  const question = actions.question.value;
  if (!question) return null;
  const { what } = question;
  return (
    <Dialog title={text.queue.ask[what].title} onClose={() => void actions.answer(false)}>
      <p>{what === 'bounce' ? bounceWords(question) : removeWords(question)}</p>
      <div class="dialog-end">
        <Button onClick={() => void actions.answer(false)}>{text.shell.cancel}</Button>
        <Button kind="danger" icon={what === 'bounce' ? 'reply' : 'trash'} onClick={() => void actions.answer(true)}>
          {text.queue.ask[what].go}
        </Button>
      </div>
    </Dialog>
  );
}

function bounceWords({ row, recipient }: QueueQuestion): string {
  const from = row.sender || text.queue.ask.bounce.nobody;
  return recipient ? text.queue.ask.bounce.one(from, recipient.address) : text.queue.ask.bounce.all(from, waiting(row));
}

function removeWords({ row, recipient }: QueueQuestion): string {
  return recipient ? text.queue.ask.remove.one(recipient.address) : text.queue.ask.remove.all(waiting(row));
}

/** Recipients that are not shown are counted as waiting. */
function waiting(row: QueueQuestion['row']): number {
  return row.recipients.filter(({ state }) => state !== 'ended').length + row.more;
}
