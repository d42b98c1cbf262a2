// `bounce msg 7 qp 15600`: failures were reported to the sender, in a message that was queued under this qp.
import type { LineKind } from '../line-kind.ts';

export interface Bounce {
  readonly kind: 'bounce';
  readonly id: number;
  readonly qp: number;
}

export const bounce: LineKind<Bounce> = {
  start: 'bounce msg ',
  format: ({ id, qp }) => `bounce msg ${id} qp ${qp}`,
  parse(line) {
    const [, id, qp] = /^bounce msg (\d+) qp (\d+)$/.exec(line) ?? [];
    return id === undefined ? undefined : { kind: 'bounce', id: Number(id), qp: Number(qp) };
  },
};
