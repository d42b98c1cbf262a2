// `delay msg 7 qp 15600`, `success msg 7 qp 15600`: the sender was told that the message is late, or has arrived, in a message that was
// queued under this qp. Waypost's own.
import type { LineKind } from '../line-kind.ts';

export interface Notice<Kind extends Noticed = Noticed> {
  readonly kind: Kind;
  readonly id: number;
  readonly qp: number;
}

export type Noticed = 'delay' | 'success';

export const notices = { delay: notice('delay'), success: notice('success') } as const;

function notice<Kind extends Noticed>(kind: Kind): LineKind<Notice<Kind>> {
  const start = `${kind} msg `;
  return {
    start,
    format: ({ id, qp }) => `${start}${id} qp ${qp}`,
    parse(line) {
      const [, noticed, id, qp] = /^([a-z]+) msg (\d+) qp (\d+)$/.exec(line) ?? [];
      return noticed === kind ? { kind, id: Number(id), qp: Number(qp) } : undefined;
    },
  };
}
