// The dialog that shows a message in the queue: its recipients one by one, and its text.
import type { QueueRecipient, QueueRow } from '../../../core/api/queue.ts';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { size } from '../../text/format.ts';
import { Button } from '../../ui/button.tsx';
import { Delayed } from '../../ui/delayed.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { LongText } from '../../ui/long-text.tsx';
import { ScrollArea } from '../../ui/scroll-area.tsx';
import { RecipientChips } from './recipient-chips.tsx';

export function QueueMessageDialog({ app }: { app: App }) {
  const { actions, rows } = app.queue;
  const shown = actions.message.value;
  if (!shown) return null;
  const row = rows.value.find(each => each.id === shown.id);
  const { recipients, more, sender, sizeBytes } = row ?? shown.row;
  const words = text.queue.message;
  const first = recipients[0]?.address ?? '';
  return (
    <Dialog title={words.title(first, recipients.length + more - 1)} onClose={actions.closeMessage}>
      <p>{words.facts(String(shown.id), sender || text.queue.bounce, size(sizeBytes))}</p>
      {row ? <Recipients app={app} row={row} /> : <p class="note">{words.gone}</p>}
      {shown.text === undefined ? (
        <Delayed>
          <p class="note">{text.mail.loading}</p>
        </Delayed>
      ) : (
        <ScrollArea name="queued-text" label={words.text}>
          {shown.cut && <p class="note">{words.cut}</p>}
          <pre class="source">
            <LongText words={shown.text} />
          </pre>
        </ScrollArea>
      )}
      <div class="dialog-end">
        <Button onClick={actions.closeMessage}>{text.shell.close}</Button>
      </div>
    </Dialog>
  );
}

function Recipients({ app, row }: { app: App; row: QueueRow }) {
  return (
    <ul class="queued-recipients" aria-label={text.queue.message.recipients}>
      {row.recipients.map(recipient => (
        <li key={`${recipient.channel} ${recipient.record}`}>
          <span>{recipient.address}</span>
          <RecipientChips recipient={recipient} />
          {recipient.state !== 'ended' && <RecipientActions app={app} row={row} recipient={recipient} />}
        </li>
      ))}
      {row.more > 0 && <li>{text.queue.more(row.more)}</li>}
    </ul>
  );
}

function RecipientActions({ app, row, recipient }: { app: App; row: QueueRow; recipient: QueueRecipient }) {
  const { actions } = app.queue;
  const hold = recipient.held ? text.queue.release : text.queue.hold;
  return (
    <span class="do">
      <Button
        kind="quiet"
        label={text.queue.doForOne(hold, recipient.address)}
        onClick={() => void (recipient.held ? actions.release(row, recipient) : actions.hold(row, recipient))}
      >
        {hold}
      </Button>
      <Button
        kind="quiet"
        label={text.queue.doForOne(text.queue.returnToSender, recipient.address)}
        onClick={() => actions.ask('bounce', row, recipient)}
      >
        {text.queue.returnToSender}
      </Button>
      <Button
        kind="quiet"
        label={text.queue.doForOne(text.queue.remove, recipient.address)}
        onClick={() => actions.ask('remove', row, recipient)}
      >
        {text.queue.remove}
      </Button>
    </span>
  );
}
