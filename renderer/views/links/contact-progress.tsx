// A contact while it runs: the step, the messages one by one, and the bytes per second as a chart or a table.
import { useMemo } from 'preact/hooks';
import type { LinkProgress } from '../../../core/api/links.ts';
import type { App } from '../../models/app.ts';
import { stepWords } from '../../models/links/describe-link.ts';
import { text } from '../../text/en.ts';
import { duration, size } from '../../text/format.ts';
import { Button } from '../../ui/button.tsx';
import { ScrollArea } from '../../ui/scroll-area.tsx';
import { LineChart } from '../line-chart.tsx';

const series = ['out', 'in'] as const;
/** A slow link's chart does not fill its height with a trickle. */
const leastRate = 100;

export function ContactProgress({ app, progress }: { app: App; progress: LinkProgress }) {
  const words = text.links.progress;
  const { sent, refused, left, step } = progress;
  return (
    <section class="card contact" aria-label={words.label}>
      <div class="contact-now">
        <p role="status">
          <b>{stepWords(step)}</b> <span>{words.counts(sent, left)}</span>
          {refused > 0 && <span class="bad">{words.refused(refused)}</span>}
        </p>
        <progress
          aria-label={words.counts(sent, left)}
          value={sent + refused}
          max={Math.max(1, sent + refused + left)}
        />
        {progress.current && <Current current={progress.current} />}
        <Facts app={app} progress={progress} />
      </div>
      <Rates app={app} progress={progress} />
    </section>
  );
}

function Current({ current }: { current: NonNullable<LinkProgress['current']> }) {
  const words = text.links.progress;
  const subject = current.subject || words.noSubject;
  return (
    <div class="current">
      <span class="subject">{subject}</span>
      <small>{words.of(size(current.sentBytes), size(current.bytes))}</small>
      <progress aria-label={words.current} value={current.sentBytes} max={Math.max(1, current.bytes)} />
    </div>
  );
}

function Facts({ app, progress }: { app: App; progress: LinkProgress }) {
  const words = text.links.progress;
  const { startMs, rate, roundTripMs, bytesOut, bytesIn } = progress;
  const rows: (readonly [string, string])[] = [
    [words.facts.time, duration(app.nowMs.value - startMs)],
    [words.facts.rate, words.rate(size(Math.round(rate)))],
    [words.facts.roundTrip, roundTripMs === null ? words.unknown : words.roundTrip(roundTripMs)],
    [words.facts.traffic, words.traffic(size(bytesOut), size(bytesIn))],
  ];
  return (
    <dl class="contact-facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Rates({ app: { links }, progress: { chart } }: { app: App; progress: LinkProgress }) {
  const words = text.links.progress;
  const asTable = links.chartAsTable.value;
  return (
    <div class="rates">
      <div class="legend">
        {series.map((name, index) => (
          <span key={name}>
            <i class={`s${index + 1}`} aria-hidden="true" />
            {words.series[name]}
          </span>
        ))}
        <Button kind="quiet" onClick={() => links.showChartTable(!asTable)}>
          {asTable ? text.queue.showChart : text.queue.showTable}
        </Button>
      </div>
      {asTable ? <RateTable chart={chart} /> : <RateChart chart={chart} />}
    </div>
  );
}

/** How long ago a point is, in ms. */
function pointsOf(chart: LinkProgress['chart']): { ageMs: number; out: number; in: number }[] {
  const last = chart.out.length - 1;
  return chart.out.map((out, index) => ({ ageMs: (last - index) * chart.stepMs, out, in: chart.in[index] ?? 0 }));
}

const whenWords = (ageMs: number) => (ageMs <= 0 ? text.links.progress.now : text.links.progress.ago(duration(ageMs)));
const rateWords = (bytes: number) => size(Math.round(bytes));

function RateChart({ chart }: { chart: LinkProgress['chart'] }) {
  const words = text.links.progress;
  const data = useMemo(
    () => ({
      names: series.map(name => words.series[name]),
      points: pointsOf(chart).map(point => ({ at: -point.ageMs, values: series.map(name => point[name]) })),
      least: leastRate,
      valueWords: rateWords,
      timeWords: (at: number) => whenWords(-at),
      ticks: (from: number) => [from, from / 2, 0],
    }),
    [chart],
  );
  return (
    <LineChart
      label={words.chart}
      data={data}
      pointWords={({ at, values: [out = 0, back = 0] }) => words.point(whenWords(-at), rateWords(out), rateWords(back))}
      empty={words.unknown}
    />
  );
}

function RateTable({ chart }: { chart: LinkProgress['chart'] }) {
  const words = text.links.progress;
  return (
    <ScrollArea name="figures-table" label={words.chartTable}>
      <table>
        <thead>
          <tr>
            <th scope="col">{text.queue.time}</th>
            {series.map(name => (
              <th key={name} scope="col" class="n">
                {words.series[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {pointsOf(chart)
            .toReversed()
            .map(point => (
              <tr key={point.ageMs}>
                <th scope="row">{whenWords(point.ageMs)}</th>
                {series.map(name => (
                  <td key={name} class="n">
                    {words.rate(rateWords(point[name]))}
                  </td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
