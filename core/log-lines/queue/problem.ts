// `warning: …` and `alert: …`: problems that the owner of the host must know of; an alert needs a person.
import type { LineKind } from '../line-kind.ts';

export interface Problem<Kind extends Severity = Severity> {
  readonly kind: Kind;
  readonly text: string;
}

type Severity = 'warning' | 'alert';

export const warning = problem('warning');
export const alert = problem('alert');

function problem<Kind extends Severity>(kind: Kind): LineKind<Problem<Kind>> {
  const start = `${kind}: `;
  return {
    start,
    format: ({ text }) => start + text,
    parse: line => (line.startsWith(start) ? { kind, text: line.slice(start.length) } : undefined),
  };
}
