// The table of waiting messages: a group of rows for each message, with a row for each recipient.
import { useSignal } from '@preact/signals';
import type { QueueRecipient, QueueRow } from '../../../core/api/queue.ts';
import type { App } from '../../models/app.ts';
import { untilWords } from '../../models/links/describe-link.ts';
import { text } from '../../text/en.ts';
import { duration, fullDate, nextTime, size } from '../../text/format.ts';
import { Button } from '../../ui/button.tsx';
import { useFocusAfterRemoval } from '../focus-after-removal.ts';
import { RecipientChips } from './recipient-chips.tsx';
import { RowActions } from './row-actions.tsx';

const shownAtFirst = 3;

export function QueueTable({ app }: { app: App }) {
  const rows = app.queue.rows.value;
  const all = app.queue.summary.value?.messages ?? rows.length;
  const { head } = text.queue;
  const { rows: bodies, noteFocus } = useFocusAfterRemoval<HTMLTableElement>('tbody');
  return (
    <>
      <table class="waiting" aria-label={text.queue.table} ref={bodies} onFocusIn={noteFocus}>
        <thead>
          <tr>
            <th scope="col">{head.to}</th>
            <th scope="col" class="n">
              {head.tries}
            </th>
            <th scope="col">{head.said}</th>
            <th scope="col" class="wide">
              {head.from}
            </th>
            <th scope="col" class="n">
              {head.age}
            </th>
            <th scope="col">{head.next}</th>
            <th scope="col">
              <span class="unseen">{head.action}</span>
            </th>
          </tr>
        </thead>
        {rows.filter(isWaiting).map(row => (
          <Waiting key={row.id} app={app} row={row} />
        ))}
      </table>
      {rows.length < all && <p class="note">{text.queue.shown(rows.length, all)}</p>}
    </>
  );
}

/** A message with no recipients left is about to be removed. */
function isWaiting(row: QueueRow): boolean {
  return row.recipients.length > 0;
}

function Waiting({ app, row }: { app: App; row: QueueRow }) {
  const open = useSignal(false);
  const recipients = open.value ? row.recipients : row.recipients.slice(0, shownAtFirst);
  const hidden = row.recipients.length - recipients.length;
  const more = hidden + row.more;
  const lines = recipients.length + (more > 0 ? 1 : 0);
  const nowMs = app.nowMs.value;
  return (
    <tbody>
      {recipients.map((recipient, index) => (
        <tr key={`${recipient.channel} ${recipient.record}`} class={index === 0 ? 'first' : ''}>
          <td class="to">
            <span>{recipient.address}</span>
            <RecipientChips recipient={recipient} />
          </td>
          <td class="n">{recipient.tries}</td>
          <td class="said">{saidWords(recipient)}</td>
          {index === 0 && (
            <>
              <td class="wide from" rowSpan={lines} title={row.sender}>
                {row.sender || text.queue.bounce}
              </td>
              <td class="n" rowSpan={lines} title={`${fullDate(row.bornMs)}, ${size(row.sizeBytes)}`}>
                {duration(nowMs - row.bornMs)}
              </td>
              <td class="next" rowSpan={lines}>
                <Next app={app} row={row} />
              </td>
              <td class="act" rowSpan={lines}>
                <RowActions app={app} row={row} />
              </td>
            </>
          )}
        </tr>
      ))}
      {more > 0 && (
        <tr>
          <td colSpan={3}>
            {hidden > 0 ? (
              <Button kind="quiet" onClick={() => (open.value = true)}>
                {text.queue.more(more)}
              </Button>
            ) : (
              <small>{text.queue.more(more)}</small>
            )}
          </td>
        </tr>
      )}
    </tbody>
  );
}

function saidWords(recipient: QueueRecipient): string {
  if (recipient.said) return recipient.said;
  return recipient.state === 'now' ? text.queue.beingTried : text.queue.untried;
}

function Next({ app, row }: { app: App; row: QueueRow }) {
  const nowMs = app.nowMs.value;
  if (row.held) return <span class="chip held">{text.queue.held}</span>;
  if (row.waitsForLinks) {
    const until = untilWords(app.links.all.value ?? [], row.waitsForLinks, nowMs);
    return (
      <>
        <span>{text.links.waitsFor(row.waitsForLinks)}</span>
        {until !== '' && <span class="chip wait">{until}</span>}
      </>
    );
  }
  if (row.nextTryMs === null) return <span class="chip good">{text.queue.now}</span>;
  if (row.nextTryMs <= nowMs) return <span class="chip wait">{text.queue.soon}</span>;
  return (
    <>
      <span>{nextTime(row.nextTryMs, nowMs)}</span>
      <span class="chip wait">{text.queue.inTime(duration(row.nextTryMs - nowMs))}</span>
    </>
  );
}
