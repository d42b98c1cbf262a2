// The chart of deliveries over time. The pointer shows the values of an interval; the keyboard moves through it as in a slider.
import { Chart, LinearScale, LineController, LineElement, PointElement, Tooltip, type TooltipItem } from 'chart.js';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Series } from '../../models/queue/queue.ts';
import { text } from '../../text/en.ts';
import { clockTime } from '../../text/format.ts';
import { onThemeChange, token } from '../../ui/theme.ts';
import { seriesNames, timeTicks } from './series.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, Tooltip);

type FiguresLine = Chart<'line', { x: number; y: number }[]>;

export function FiguresChart({ series }: { series: Series }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<FiguresLine>(null);
  const shown = useRef(series);
  shown.current = series;
  const [at, setAt] = useState(series.points.length - 1);

  useEffect(() => {
    if (!canvas.current) return;
    const made = createChart(canvas.current);
    chart.current = made;
    draw(made, shown.current);
    const stop = onThemeChange(() => draw(made, shown.current));
    return () => {
      stop();
      made.destroy();
    };
  }, []);

  useEffect(() => {
    if (chart.current) draw(chart.current, series);
  }, [series]);

  const index = Math.max(0, Math.min(at, series.points.length - 1));
  const point = series.points[index];

  function read(next: number): void {
    const last = series.points.length - 1;
    const to = Math.max(0, Math.min(last, next));
    setAt(to);
    const active = seriesNames.map((_, datasetIndex) => ({ datasetIndex, index: to }));
    chart.current?.tooltip?.setActiveElements(active, { x: 0, y: 0 });
    chart.current?.setActiveElements(active);
    chart.current?.update('none');
  }

  function leave(): void {
    chart.current?.tooltip?.setActiveElements([], { x: 0, y: 0 });
    chart.current?.setActiveElements([]);
    chart.current?.update('none');
  }

  return (
    <div
      class="chart"
      role="slider"
      tabIndex={0}
      aria-label={text.queue.chart}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, series.points.length - 1)}
      aria-valuenow={index}
      aria-valuetext={
        point
          ? text.queue.point(clockTime(point.startMs), point.delivered, point.deferred, point.failed)
          : text.queue.noFigures
      }
      onKeyDown={event => {
        const steps: Record<string, number> = {
          ArrowLeft: index - 1,
          ArrowRight: index + 1,
          Home: 0,
          End: series.points.length - 1,
        };
        const next = steps[event.key];
        if (next === undefined) return;
        event.preventDefault();
        read(next);
      }}
      onBlur={leave}
    >
      <canvas ref={canvas} />
    </div>
  );
}

function createChart(canvas: HTMLCanvasElement): FiguresLine {
  return new Chart(canvas, {
    type: 'line',
    data: { datasets: [] },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: 'index', intersect: false },
      plugins: {
        tooltip: {
          displayColors: true,
          boxWidth: 8,
          boxHeight: 8,
          callbacks: {
            title: (items: TooltipItem<'line'>[]) => clockTime(items[0]?.parsed.x ?? 0),
            label: (item: TooltipItem<'line'>) => ` ${text.number(item.parsed.y ?? 0)} ${item.dataset.label}`,
          },
        },
      },
    },
  });
}

/** Draws the figures in the theme's colours. */
function draw(chart: FiguresLine, series: Series): void {
  const font = { family: token('--font'), size: 12 };
  const fromMs = series.points[0]?.startMs ?? 0;
  const toMs = series.points.at(-1)?.startMs ?? 0;
  const highest = Math.max(0, ...series.points.flatMap(point => seriesNames.map(name => point[name])));
  chart.data.datasets = seriesNames.map((name, index) => ({
    label: text.queue.series[name],
    data: series.points.map(point => ({ x: point.startMs, y: point[name] })),
    borderColor: token(`--series-${index + 1}`),
    backgroundColor: token(`--series-${index + 1}`),
    borderWidth: 1.75,
    pointRadius: 0,
    pointHoverRadius: 3.5,
    pointHoverBackgroundColor: token(`--series-${index + 1}`),
    pointHoverBorderColor: token(`--series-${index + 1}`),
    // Where nothing happened, the lines overlap: the calm colours are on top.
    order: index,
  }));
  chart.options.scales = {
    x: {
      type: 'linear',
      min: fromMs,
      max: toMs,
      grid: { display: false },
      border: { color: token('--line') },
      afterBuildTicks: axis => {
        axis.ticks = timeTicks(fromMs, toMs, 8).map(value => ({ value }));
      },
      ticks: { color: token('--ink-3'), font, maxRotation: 0, callback: value => clockTime(Number(value)) },
    },
    y: {
      type: 'linear',
      beginAtZero: true,
      suggestedMax: Math.max(4, highest),
      border: { display: false },
      grid: { color: token('--line'), lineWidth: 0.75 },
      ticks: { color: token('--ink-3'), font, precision: 0, maxTicksLimit: 4 },
    },
  };
  const tooltip = chart.options.plugins?.tooltip;
  if (tooltip) {
    tooltip.backgroundColor = token('--ink');
    tooltip.titleColor = token('--paper');
    tooltip.bodyColor = token('--paper');
    tooltip.titleFont = font;
    tooltip.bodyFont = font;
  }
  chart.update('none');
}
