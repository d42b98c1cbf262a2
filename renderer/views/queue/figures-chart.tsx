// The chart of deliveries over time.
import { useMemo } from 'preact/hooks';
import type { Series } from '../../models/queue/queue.ts';
import { text } from '../../text/en.ts';
import { clockTime } from '../../text/format.ts';
import { LineChart } from '../line-chart.tsx';
import { seriesNames, timeTicks } from './series.ts';

const mostTicks = 8;

export function FiguresChart({ series }: { series: Series }) {
  const data = useMemo(
    () => ({
      names: seriesNames.map(name => text.queue.series[name]),
      points: series.points.map(point => ({ at: point.startMs, values: seriesNames.map(name => point[name]) })),
      least: 4,
      valueWords: text.number,
      timeWords: clockTime,
      ticks: (fromMs: number, toMs: number) => timeTicks(fromMs, toMs, mostTicks),
    }),
    [series],
  );
  return (
    <LineChart
      label={text.queue.chart}
      data={data}
      pointWords={({ at, values: [delivered = 0, deferred = 0, failed = 0] }) =>
        text.queue.point(clockTime(at), delivered, deferred, failed)
      }
      empty={text.queue.noFigures}
    />
  );
}
