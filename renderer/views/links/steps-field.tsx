// What a contact does, as a list of steps that can be put into another order, by buttons or with Alt and the arrow keys.
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { moved, nextStep, ofKind, parseStep, type StepKind, stepKinds, takesMore } from '../../models/links/steps.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { useTyped } from '../word-file/use-typed.ts';

interface StepsFieldProps {
  readonly id: string;
  readonly values: readonly string[];
  readonly set: (values: readonly string[]) => void;
}

/** Which control of which step gets the focus next. */
interface Focus {
  readonly step: number;
  readonly control: string;
}

export function StepsField({ id, values, set }: StepsFieldProps) {
  const words = text.links.steps;
  const field = useRef<HTMLDivElement>(null);
  const wanted = useRef<Focus | undefined>(undefined);
  const said = useSignal('');
  useLayoutEffect(() => {
    const focus = wanted.current;
    wanted.current = undefined;
    if (focus && field.current) focusOn(field.current, focus);
  });

  function change(at: number, value: string): void {
    set(values.map((each, index) => (index === at ? value : each)));
  }

  /** The focus goes with the step. */
  function move(from: number, by: number, control: string): void {
    const to = from + by;
    const next = moved(values, from, to);
    if (next === values) return;
    wanted.current = { step: to, control };
    said.value = words.moved(values[from] ?? '', to + 1, values.length);
    set(next);
  }

  function remove(at: number): void {
    wanted.current = { step: Math.min(at, values.length - 2), control: 'remove' };
    said.value = words.removed(values[at] ?? '');
    set(values.filter((_, index) => index !== at));
  }

  function add(): void {
    wanted.current = { step: values.length, control: 'kind' };
    set([...values, nextStep(values)]);
  }

  return (
    <div class="steps-field" ref={field}>
      {values.length === 0 ? (
        <p class="path">{words.none}</p>
      ) : (
        <ol aria-label={text.links.fields.do}>
          {values.map((value, at) => (
            <StepRow
              key={at}
              at={at}
              count={values.length}
              value={value}
              hint={`${id}-hint`}
              change={next => change(at, next)}
              move={(by, control) => move(at, by, control)}
              remove={() => remove(at)}
            />
          ))}
        </ol>
      )}
      <Button icon="plus" onClick={add}>
        {words.add}
      </Button>
      <span class="unseen" role="status">
        {said.value}
      </span>
    </div>
  );
}

interface StepRowProps {
  readonly at: number;
  readonly count: number;
  readonly value: string;
  readonly hint: string;
  readonly change: (value: string) => void;
  readonly move: (by: -1 | 1, control: string) => void;
  readonly remove: () => void;
}

const { turnExample, etrnExample, fetchExample } = text.links.steps;
const examples: Partial<Record<StepKind, string>> = { turn: turnExample, etrn: etrnExample, fetch: fetchExample };

function StepRow({ at, count, value, hint, change, move, remove }: StepRowProps) {
  const words = text.links.steps;
  const { kind, rest } = parseStep(value);
  const typed = useTyped<HTMLInputElement>(rest, host => change(`${kind ?? ''} ${host.trim()}`.trim()));
  function onKeyDown(event: KeyboardEvent): void {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : undefined;
    if (by === undefined || !event.altKey) return;
    event.preventDefault();
    const { target } = event;
    move(by, (target instanceof HTMLElement ? target.dataset.control : undefined) ?? 'kind');
  }
  return (
    <li class={takesMore(kind) ? 'with-host' : ''} onKeyDown={onKeyDown}>
      <select
        data-control="kind"
        aria-label={words.kind(at + 1)}
        aria-describedby={hint}
        aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
        value={kind ?? ''}
        onChange={event => {
          const chosen = stepKinds.find(each => each === event.currentTarget.value);
          if (chosen) change(ofKind(value, chosen));
        }}
      >
        {kind === undefined && <option value="">{value}</option>}
        {stepKinds.map(each => (
          <option key={each} value={each}>
            {words.kinds[each]}
          </option>
        ))}
      </select>
      {takesMore(kind) && (
        <input
          data-control="host"
          class="mono"
          aria-label={kind === 'fetch' ? words.account(at + 1) : words.where(at + 1, kind === 'etrn')}
          placeholder={examples[kind ?? 'turn']}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          {...typed}
        />
      )}
      <span class="do">
        <Button kind="quiet" icon="up" iconOnly disabled={at === 0} onClick={() => move(-1, 'up')}>
          {words.up(value)}
        </Button>
        <Button kind="quiet" icon="down" iconOnly disabled={at === count - 1} onClick={() => move(1, 'down')}>
          {words.down(value)}
        </Button>
        <Button kind="quiet" icon="close" iconOnly onClick={remove}>
          {words.remove(value)}
        </Button>
      </span>
    </li>
  );
}

/** A button that can do no more there leaves the focus to the one beside it; without steps it is on the button that adds one. */
function focusOn(field: HTMLElement, { step, control }: Focus): void {
  const row = field.querySelector('ol')?.children[step];
  if (!(row instanceof HTMLElement)) {
    field.querySelector<HTMLElement>(':scope > button')?.focus();
    return;
  }
  const buttons = [...row.querySelectorAll<HTMLButtonElement>('.do button')];
  const [up, down, remove] = buttons;
  const byName: Record<string, HTMLElement | null | undefined> = {
    kind: row.querySelector<HTMLElement>('select'),
    host: row.querySelector<HTMLElement>('input'),
    up: up?.disabled ? down : up,
    down: down?.disabled ? up : down,
    remove,
  };
  byName[control]?.focus();
}
