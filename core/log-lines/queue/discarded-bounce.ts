// `triple bounce: discarding bounce/7`: failures of a double bounce are not reported. Waypost discards double bounces in the
// same form, where control/doublebounceto says so.
import type { LineKind } from '../line-kind.ts';

export interface DiscardedBounce<Kind extends Discarded = Discarded> {
  readonly kind: Kind;
  readonly id: number;
}

type Discarded = 'double bounce' | 'triple bounce';

export const doubleBounce = discarded('double bounce');
export const tripleBounce = discarded('triple bounce');

function discarded<Kind extends Discarded>(kind: Kind): LineKind<DiscardedBounce<Kind>> {
  const start = `${kind}: discarding bounce/`;
  return {
    start,
    format: ({ id }) => `${start}${id}`,
    parse(line) {
      const id = line.startsWith(start) ? line.slice(start.length) : '';
      return /^\d+$/.test(id) ? { kind, id: Number(id) } : undefined;
    },
  };
}
