// Deliveries over time, as a chart or as a table.
import type { QueueModel, Series } from '../../models/queue/queue.ts';
import { text } from '../../text/en.ts';
import { clockTime } from '../../text/format.ts';
import { Button } from '../../ui/button.tsx';
import { ScrollArea } from '../../ui/scroll-area.tsx';
import { FiguresChart } from './figures-chart.tsx';
import { seriesNames } from './series.ts';

export function FiguresCard({ queue }: { queue: QueueModel }) {
  const series = queue.series.value;
  const asTable = queue.asTable.value;
  return (
    <section class="card figures" aria-label={text.queue.chart}>
      <div class="legend">
        {seriesNames.map((name, index) => (
          <span key={name}>
            <i class={`s${index + 1}`} aria-hidden="true" />
            {text.queue.series[name]}
          </span>
        ))}
        <Button kind="quiet" onClick={() => queue.showTable(!asTable)}>
          {asTable ? text.queue.showChart : text.queue.showTable}
        </Button>
      </div>
      {series && (asTable ? <FiguresTable series={series} /> : <FiguresChart series={series} />)}
    </section>
  );
}

/** The newest interval first; empty ones are left out. */
function FiguresTable({ series }: { series: Series }) {
  const points = series.points.filter(point => seriesNames.some(name => point[name] > 0)).toReversed();
  return (
    <ScrollArea name="figures-table" label={text.queue.chartTable}>
      <table>
        <thead>
          <tr>
            <th scope="col">{text.queue.time}</th>
            {seriesNames.map(name => (
              <th key={name} scope="col" class="n">
                {text.queue.series[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map(point => (
            <tr key={point.startMs}>
              <th scope="row">{`${clockTime(point.startMs)} – ${clockTime(point.startMs + series.stepMs)}`}</th>
              {seriesNames.map(name => (
                <td key={name} class="n">
                  {text.number(point[name])}
                </td>
              ))}
            </tr>
          ))}
          {points.length === 0 && (
            <tr>
              <td colSpan={4}>{text.queue.noFigures}</td>
            </tr>
          )}
        </tbody>
      </table>
    </ScrollArea>
  );
}
