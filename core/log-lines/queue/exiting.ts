// `status: exiting`: the host has stopped. The next one counts its deliveries from 1 again.
import type { LineKind } from '../line-kind.ts';

export interface Exiting {
  readonly kind: 'exiting';
}

const line = 'status: exiting';

export const exiting: LineKind<Exiting> = {
  start: line,
  format: () => line,
  parse: text => (text === line ? { kind: 'exiting' } : undefined),
};
