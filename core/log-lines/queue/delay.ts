// `delay msg 7 qp 15600`: the sender was told that the message is late, in a message that was queued under this qp. Waypost's own.
import type { LineKind } from '../line-kind.ts';

export interface Delay {
  readonly kind: 'delay';
  readonly id: number;
  readonly qp: number;
}

export const delay: LineKind<Delay> = {
  start: 'delay msg ',
  format: ({ id, qp }) => `delay msg ${id} qp ${qp}`,
  parse(line) {
    const [, id, qp] = /^delay msg (\d+) qp (\d+)$/.exec(line) ?? [];
    return id === undefined ? undefined : { kind: 'delay', id: Number(id), qp: Number(qp) };
  },
};
