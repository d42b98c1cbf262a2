// The queue place: what is waiting and why, and the figures of the last hour or day. It follows the host while on screen.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import type { QueueRow, QueueSummary, SeriesPoint } from '../../../core/api/queue.ts';
import { text } from '../../text/en.ts';
import { coalesce } from '../coalesce.ts';
import type { Timers } from '../timers.ts';
import type { Toasts } from '../toasts.ts';
import { createQueueActions, type QueueActions } from './queue-actions.ts';

type Span = 'hour' | 'day';

export interface Series {
  readonly stepMs: number;
  readonly points: readonly SeriesPoint[];
}

export interface QueueModel {
  readonly summary: ReadonlySignal<QueueSummary | undefined>;
  readonly rows: ReadonlySignal<readonly QueueRow[]>;
  readonly series: ReadonlySignal<Series | undefined>;
  readonly span: ReadonlySignal<Span>;
  readonly asTable: ReadonlySignal<boolean>;
  /** Follows the host's changes while the place is on screen; the returned function stops that. */
  watch(): () => void;
  showSpan(span: Span): void;
  showTable(shown: boolean): void;
  /** Tries these messages now, or all. */
  retry(ids?: number[]): Promise<void>;
  /** What can be done to one message. */
  readonly actions: QueueActions;
}

/** The time axis moves on even when nothing happens. */
const figuresMs = 30_000;
/** A busy queue is read again at most this often. */
const breathMs = 500;

export function createQueueModel(api: Api, timers: Timers, toasts: Toasts): QueueModel {
  const summary = signal<QueueSummary>();
  const rows = signal<readonly QueueRow[]>([]);
  const series = signal<Series>();
  const span = signal<Span>('hour');
  const asTable = signal(false);
  let watchers = 0;

  const load = coalesce(async () => {
    try {
      const asked = span.value;
      const [list, figures] = await Promise.all([
        api.call('queue.list', { limit: 500 }),
        api.call('queue.series', { span: asked }),
      ]);
      summary.value = list.summary;
      rows.value = list.rows;
      if (asked === span.value) series.value = figures;
      await new Promise<void>(resolve => timers.later(resolve, breathMs));
    } catch (error) {
      if (watchers > 0) toasts.failed(error);
    }
  });

  api.on('queue.changed', fresh => {
    summary.value = fresh;
    if (watchers > 0) load();
  });
  api.onGap(() => {
    if (watchers > 0) load();
  });

  const actions = createQueueActions(api, toasts, load);

  return {
    summary,
    rows,
    series,
    span,
    asTable,
    actions,
    watch() {
      watchers += 1;
      load();
      let stop = timers.later(again, figuresMs);
      function again(): void {
        load();
        stop = timers.later(again, figuresMs);
      }
      return () => {
        watchers -= 1;
        stop();
      };
    },
    showSpan(wanted) {
      span.value = wanted;
      load();
    },
    showTable(shown) {
      asTable.value = shown;
    },
    async retry(ids) {
      try {
        const { woken } = await api.call('queue.retry', ids ? { ids } : {});
        toasts.show(woken > 0 ? text.did.woken(woken) : text.did.wokenNone);
        load();
      } catch (error) {
        toasts.failed(error);
      }
    },
  };
}
