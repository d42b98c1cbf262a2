// `held msg 7 to remote ann@b.example`: what the owner of the host decided about a recipient. Waypost's own.
import type { Channel } from '../../control/classify.ts';
import { logField } from '../field.ts';
import type { LineKind } from '../line-kind.ts';

export interface Decision<Kind extends Decided = Decided> {
  readonly kind: Kind;
  readonly id: number;
  readonly channel: Channel;
  readonly recipient: string;
}

export type Decided = 'held' | 'released' | 'returned' | 'deleted';

export const decisions = {
  held: decision('held'),
  released: decision('released'),
  returned: decision('returned'),
  deleted: decision('deleted'),
} as const;

function decision<Kind extends Decided>(kind: Kind): LineKind<Decision<Kind>> {
  const start = `${kind} msg `;
  return {
    start,
    format: ({ id, channel, recipient }) => `${start}${id} to ${channel} ${logField(recipient)}`,
    parse(line) {
      const [, decided, id, channel, recipient] = /^([a-z]+) msg (\d+) to (local|remote) (.*)$/.exec(line) ?? [];
      if (decided !== kind || recipient === undefined) return undefined;
      return { kind, id: Number(id), channel: channel as Channel, recipient };
    },
  };
}
