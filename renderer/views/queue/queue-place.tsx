// The queue place: figures, a chart, and every waiting message with the reason and its next try.
import { useEffect } from 'preact/hooks';
import type { QueueSummary } from '../../../core/api/queue.ts';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { duration, size } from '../../text/format.ts';
import { Button } from '../../ui/button.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Tile } from '../../ui/tile.tsx';
import { QuestionForm } from '../question-form.tsx';
import { FiguresCard } from './figures-card.tsx';
import { QueueMessageDialog } from './queue-message.tsx';
import { QueueQuestionDialog } from './queue-question.tsx';
import { QueueTable } from './queue-table.tsx';
import { TracedMessages } from './traced-messages.tsx';

export function QueuePlace({ app }: { app: App }) {
  const { queue } = app;
  useEffect(() => queue.watch(), []);
  const summary = queue.summary.value;
  return (
    <div class="pane queue">
      <header>
        <h1 tabIndex={-1}>{text.queue.title}</h1>
        <Segmented
          label={text.queue.span}
          value={queue.span.value}
          onChange={span => queue.showSpan(span)}
          options={[
            { value: 'hour', label: text.queue.spans.hour },
            { value: 'day', label: text.queue.spans.day },
          ]}
        />
        <Button kind="go" icon="retry" disabled={!summary || summary.messages === 0} onClick={() => void queue.retry()}>
          {text.queue.tryAll}
        </Button>
      </header>
      <QuestionForm
        name="trace-search"
        title={text.trace.label}
        label={text.trace.field}
        go={text.trace.go}
        question={app.trace}
      />
      {app.trace.answer.value ? <TracedMessages app={app} /> : <Now app={app} />}
      <QueueMessageDialog app={app} />
      <QueueQuestionDialog app={app} />
    </div>
  );
}

/** What is in the queue, and the figures of the last hour or day. */
function Now({ app }: { app: App }) {
  const { queue } = app;
  const summary = queue.summary.value;
  return (
    <>
      {summary && <Tiles summary={summary} nowMs={app.nowMs.value} />}
      <FiguresCard queue={queue} />
      {summary && (queue.rows.value.length > 0 ? <QueueTable app={app} /> : summary.messages === 0 && <Empty />)}
    </>
  );
}

function Tiles({ summary, nowMs }: { summary: QueueSummary; nowMs: number }) {
  const running = summary.running.local + summary.running.remote;
  return (
    <dl class="tiles">
      <Tile
        name={text.queue.waiting}
        value={text.number(summary.messages)}
        more={summary.messages > 0 ? sizeWords(summary) : ''}
      />
      <Tile
        name={text.queue.oldest}
        value={summary.oldestMs === null ? text.queue.none : duration(nowMs - summary.oldestMs)}
        more={running > 0 ? text.queue.running(running) : ''}
      />
      <Tile
        name={text.queue.delivered}
        value={text.number(summary.lastHour.delivered)}
        more={summary.lastHour.deferred > 0 ? text.queue.deferredToo(summary.lastHour.deferred) : ''}
      />
      <Tile name={text.queue.failed} value={text.number(summary.lastHour.failed)} more="" />
    </dl>
  );
}

function sizeWords({ bytes, held }: QueueSummary): string {
  return held > 0 ? `${size(bytes)}, ${text.queue.heldToo(held)}` : size(bytes);
}

function Empty() {
  return (
    <div class="empty">
      <h2>{text.queue.emptyTitle}</h2>
      <p>{text.queue.empty}</p>
    </div>
  );
}
