// The week as a table of hours, which the pointer and the keyboard open and shut, above the same windows as lines.
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { formatWindow, parseWindow, weekDays } from '../../../core/api/link-grammar.ts';
import { type Hour, type HourState, hoursOf, withHours } from '../../models/links/windows.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { LinesField } from '../word-file/lines-field.tsx';

interface WindowsTableProps {
  readonly id: string;
  readonly values: readonly string[];
  readonly example: string;
  readonly set: (values: readonly string[]) => void;
}

const hours = Array.from({ length: 24 }, (_, hour) => hour);
const two = (hour: number) => String(hour).padStart(2, '0');

export function WindowsTable({ id, values, example, set }: WindowsTableProps) {
  const words = text.links.windows;
  const windows = values.map(parseWindow).filter(window => window !== undefined);
  const states = hoursOf(windows);
  return (
    <div class="week">
      <Grid states={states} change={(changed, open) => set(withHours(windows, changed, open).map(formatWindow))} />
      <p>{values.length === 0 ? words.always : words.hint}</p>
      <div class="pair">
        <LinesField id={id} values={values} example={example} set={set} label={words.lines} />
        <Button kind="quiet" disabled={values.length === 0} onClick={() => set([])}>
          {words.clear}
        </Button>
      </div>
    </div>
  );
}

interface GridProps {
  readonly states: readonly (readonly HourState[])[];
  readonly change: (hours: readonly Hour[], open: boolean) => void;
}

/** Two corners of what is being drawn, and what it becomes. */
interface Drawn {
  readonly from: Hour;
  readonly to: Hour;
  readonly open: boolean;
}

function Grid({ states, change }: GridProps) {
  const words = text.links.windows;
  const table = useRef<HTMLTableElement>(null);
  /** The hour that Tab leads to. */
  const at = useSignal<Hour>({ day: 1, hour: 6 });
  const drawn = useSignal<Drawn | undefined>(undefined);
  const stateOf = ({ day, hour }: Hour): HourState => states[day]?.[hour] ?? 'shut';

  function move(to: Hour): void {
    at.value = to;
    table.current?.querySelector<HTMLElement>(`[data-hour="${to.day}-${to.hour}"]`)?.focus();
  }

  function end(): void {
    const { value } = drawn;
    drawn.value = undefined;
    if (value) change(hoursBetween(value.from, value.to), value.open);
  }

  function key(event: KeyboardEvent, here: Hour): void {
    const row = weekDays.indexOf(here.day);
    const day = (step: number) => weekDays[(row + step + 7) % 7] ?? 0;
    const steps: Record<string, Hour> = {
      ArrowLeft: { ...here, hour: Math.max(0, here.hour - 1) },
      ArrowRight: { ...here, hour: Math.min(23, here.hour + 1) },
      ArrowUp: { ...here, day: day(-1) },
      ArrowDown: { ...here, day: day(1) },
      Home: { ...here, hour: 0 },
      End: { ...here, hour: 23 },
    };
    const to = steps[event.key];
    if (!to) return;
    event.preventDefault();
    move(to);
  }

  return (
    <table
      ref={table}
      class="hours"
      aria-label={words.grid}
      onPointerUp={end}
      onPointerLeave={() => (drawn.value = undefined)}
    >
      <thead>
        <tr>
          <td />
          {hours
            .filter(hour => hour % 3 === 0)
            .map(hour => (
              <th key={hour} scope="colgroup" colSpan={3}>
                {two(hour)}
              </th>
            ))}
        </tr>
      </thead>
      <tbody>
        {weekDays.map(day => (
          <tr key={day}>
            <th scope="row">
              <abbr title={words.days[day]}>{words.shortDays[day]}</abbr>
            </th>
            {hours.map(hour => {
              const here = { day, hour };
              const { value } = drawn;
              const isDrawn = value !== undefined && isBetween(here, value.from, value.to);
              const state = isDrawn ? (value.open ? 'open' : 'shut') : stateOf(here);
              return (
                <td key={hour} class={state}>
                  <button
                    type="button"
                    data-hour={`${day}-${hour}`}
                    aria-pressed={state === 'part' ? 'mixed' : state === 'open'}
                    tabIndex={at.value.day === day && at.value.hour === hour ? 0 : -1}
                    aria-label={words.hour(
                      words.days[day] ?? '',
                      `${two(hour)}:00`,
                      `${two(hour + 1)}:00`,
                      words.states[state],
                    )}
                    onPointerDown={event => {
                      event.preventDefault();
                      at.value = here;
                      event.currentTarget.focus();
                      drawn.value = { from: here, to: here, open: stateOf(here) !== 'open' };
                    }}
                    onPointerEnter={() => {
                      if (drawn.value) drawn.value = { ...drawn.value, to: here };
                    }}
                    onClick={event => {
                      // Of the keyboard and of screen readers: a pointer has done it already.
                      if (event.detail === 0) change([here], stateOf(here) !== 'open');
                    }}
                    onKeyDown={event => key(event, here)}
                    onFocus={() => (at.value = here)}
                  />
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function isBetween({ day, hour }: Hour, from: Hour, to: Hour): boolean {
  const [row, one, other] = [day, from.day, to.day].map(each => weekDays.indexOf(each)) as [number, number, number];
  return (
    row >= Math.min(one, other) &&
    row <= Math.max(one, other) &&
    hour >= Math.min(from.hour, to.hour) &&
    hour <= Math.max(from.hour, to.hour)
  );
}

function hoursBetween(from: Hour, to: Hour): Hour[] {
  return weekDays.flatMap(day => hours.map(hour => ({ day, hour }))).filter(each => isBetween(each, from, to));
}
