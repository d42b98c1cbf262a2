// What waits for a link, in the order in which it goes; only the rows in sight exist. One message or several can be put first,
// held, sent now, returned or dropped.
import { useEffect } from 'preact/hooks';
import type { LinkMessage, LinkStatus } from '../../../core/api/links.ts';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { duration, fullDate, size } from '../../text/format.ts';
import { Button } from '../../ui/button.tsx';
import { useFocusAfterRemoval } from '../focus-after-removal.ts';
import { MessageOrderButtons } from './message-order-buttons.tsx';
import { useRowsInSight } from './use-rows-in-sight.ts';

const rowHeight = 54;

export function WaitingMessages({ app, link }: { app: App; link: LinkStatus }) {
  const { waiting } = app.links;
  if (!waiting.loaded.value) return null;
  if (waiting.total.value === 0) return <NothingWaits app={app} link={link} />;
  return (
    <>
      <Selection app={app} link={link} />
      <Rows app={app} link={link} />
      {link.holdsQueue && <QueueToo app={app} also />}
    </>
  );
}

function Rows({ app, link }: { app: App; link: LinkStatus }) {
  const { waiting } = app.links;
  const { rows: list, noteFocus } = useFocusAfterRemoval<HTMLOListElement>('li');
  const total = waiting.total.value;
  const { first, last } = useRowsInSight(list, '.link-page', rowHeight, total);
  useEffect(() => waiting.want(first, last), [first, last]);
  const indexes = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
  return (
    <ol
      class="link-messages"
      aria-label={text.links.waiting.table}
      style={{ height: `${total * rowHeight}px` }}
      ref={list}
      onFocusIn={noteFocus}
    >
      {indexes.map(index => {
        const row = waiting.rows.value.get(index);
        return (
          <li
            key={row?.id ?? index}
            aria-setsize={total}
            aria-posinset={index + 1}
            style={{ top: `${index * rowHeight}px`, height: `${rowHeight}px` }}
          >
            {row && <Row app={app} link={link} row={row} />}
          </li>
        );
      })}
    </ol>
  );
}

function Row({ app, link, row }: { app: App; link: LinkStatus; row: LinkMessage }) {
  const { waiting } = app.links;
  const words = text.links.waiting;
  const subject = row.subject || words.noSubject;
  return (
    <>
      <input
        type="checkbox"
        aria-label={words.select(subject)}
        checked={waiting.selected.value.has(row.id)}
        onChange={() => waiting.toggle(row)}
      />
      <div class="what">
        <p>
          <b>{subject}</b> <Chips row={row} />
        </p>
        <small title={words.to(row.recipient, row.sender || words.bounce)}>
          {words.to(row.recipient, row.sender || words.bounce)}
        </small>
      </div>
      <div class="facts" title={fullDate(row.atMs)}>
        <span>{size(row.bytes)}</span>
        <small>{words.age(duration(app.nowMs.value - row.atMs))}</small>
      </div>
      <div class="act">
        <MessageOrderButtons app={app} link={link.name} messages={[row]} who={subject} iconOnly />
      </div>
    </>
  );
}

function Chips({ row }: { row: LinkMessage }) {
  const { chips } = text.links.waiting;
  return (
    <>
      {row.order === 'first' && <span class="chip good">{chips.first}</span>}
      {row.order === 'now' && <span class="chip good">{chips.now}</span>}
      {row.order === 'held' && <span class="chip held">{chips.held}</span>}
      {row.tooLarge && row.order !== 'now' && <span class="chip wait">{chips.tooLarge}</span>}
      {row.bulk && <span class="chip">{chips.bulk}</span>}
    </>
  );
}

/** What is done to all selected messages at once. */
function Selection({ app, link }: { app: App; link: LinkStatus }) {
  const { waiting } = app.links;
  const messages = [...waiting.selected.value.values()];
  if (messages.length === 0) return null;
  const words = text.links.waiting;
  return (
    <section class="strip quiet selection" aria-label={words.selection}>
      <span role="status">{words.selected(messages.length)}</span>
      <MessageOrderButtons app={app} link={link.name} messages={messages} />
      <Button kind="quiet" icon="close" iconOnly onClick={() => waiting.clearSelection()}>
        {words.clear}
      </Button>
    </section>
  );
}

function NothingWaits({ app, link }: { app: App; link: LinkStatus }) {
  const words = text.links.waiting;
  const domains = link.carries.map(domain => (domain === '*' ? words.everything : domain)).join(', ');
  return (
    <div class="empty">
      <h2>{words.emptyTitle}</h2>
      <p>{words.empty(domains, link.holdsQueue)}</p>
      {link.holdsQueue && <QueueToo app={app} also={domains !== ''} />}
    </div>
  );
}

/** @param also it is said for the first time here */
function QueueToo({ app, also }: { app: App; also: boolean }) {
  return (
    <p class="queue-too">
      {also && `${text.links.waiting.holdsQueue} `}
      <button type="button" class="link" onClick={() => app.go('queue')}>
        {text.links.waiting.showQueue}
      </button>
    </p>
  );
}
