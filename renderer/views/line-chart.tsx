// A chart of lines over time. The pointer shows the values of a point; the keyboard moves through the points as in a slider.
import { Chart, LinearScale, LineController, LineElement, PointElement, Tooltip, type TooltipItem } from 'chart.js';
import { useEffect, useRef, useState } from 'preact/hooks';
import { onThemeChange, token } from '../ui/theme.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, Tooltip);

type Lines = Chart<'line', { x: number; y: number }[]>;

interface ChartPoint {
  readonly at: number;
  /** One for each line. */
  readonly values: readonly number[];
}

interface LineChartData {
  /** The lines, in the order of the colours. */
  readonly names: readonly string[];
  readonly points: readonly ChartPoint[];
  /** The value axis reaches at least to this. */
  readonly least: number;
  /** How a value and a time are written. */
  readonly valueWords: (value: number) => string;
  readonly timeWords: (at: number) => string;
  /** The labels of the time axis. */
  readonly ticks: (from: number, to: number) => number[];
}

interface LineChartProps {
  readonly label: string;
  readonly data: LineChartData;
  /** A point in words. */
  readonly pointWords: (point: ChartPoint) => string;
  /** Said when there is no point. */
  readonly empty: string;
}

export function LineChart({ label, data, pointWords, empty }: LineChartProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<Lines>(null);
  const shown = useRef(data);
  shown.current = data;
  const last = data.points.length - 1;
  const [at, setAt] = useState(last);

  useEffect(() => {
    if (!canvas.current) return;
    const made = createChart(canvas.current, shown);
    chart.current = made;
    draw(made, shown.current);
    const stop = onThemeChange(() => draw(made, shown.current));
    return () => {
      stop();
      made.destroy();
    };
  }, []);

  useEffect(() => {
    if (chart.current) draw(chart.current, data);
  }, [data]);

  const index = Math.max(0, Math.min(at, last));
  const point = data.points[index];

  function read(next: number): void {
    const to = Math.max(0, Math.min(last, next));
    setAt(to);
    const active = data.names.map((_, datasetIndex) => ({ datasetIndex, index: to }));
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
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, last)}
      aria-valuenow={index}
      aria-valuetext={point ? pointWords(point) : empty}
      onKeyDown={event => {
        const steps: Record<string, number> = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: last };
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

/** @param shown what is drawn now: the words of the tooltip follow it */
function createChart(canvas: HTMLCanvasElement, shown: { readonly current: LineChartData }): Lines {
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
            title: (items: TooltipItem<'line'>[]) => shown.current.timeWords(items[0]?.parsed.x ?? 0),
            label: (item: TooltipItem<'line'>) =>
              ` ${shown.current.valueWords(item.parsed.y ?? 0)} ${item.dataset.label}`,
          },
        },
      },
    },
  });
}

/** Draws the lines in the theme's colours. */
function draw(chart: Lines, { names, points, least, valueWords, timeWords, ticks }: LineChartData): void {
  const font = { family: token('--font'), size: 12 };
  const from = points[0]?.at ?? 0;
  const to = points.at(-1)?.at ?? 0;
  const highest = Math.max(least, ...points.flatMap(({ values }) => values));
  chart.data.datasets = names.map((label, index) => ({
    label,
    data: points.map(({ at, values }) => ({ x: at, y: values[index] ?? 0 })),
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
      min: from,
      max: to,
      grid: { display: false },
      border: { color: token('--line') },
      afterBuildTicks: axis => {
        axis.ticks = ticks(from, to).map(value => ({ value }));
      },
      ticks: { color: token('--ink-3'), font, maxRotation: 0, callback: value => timeWords(Number(value)) },
    },
    y: {
      type: 'linear',
      beginAtZero: true,
      suggestedMax: highest,
      border: { display: false },
      grid: { color: token('--line'), lineWidth: 0.75 },
      ticks: {
        color: token('--ink-3'),
        font,
        precision: 0,
        maxTicksLimit: 4,
        callback: value => valueWords(Number(value)),
      },
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
