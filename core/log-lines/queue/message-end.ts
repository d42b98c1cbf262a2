// `end msg 7`: the message was removed; its number may be used again for another one.
import type { LineKind } from '../line-kind.ts';

export interface MessageEnd {
  readonly kind: 'end';
  readonly id: number;
}

export const messageEnd: LineKind<MessageEnd> = {
  start: 'end msg ',
  format: ({ id }) => `end msg ${id}`,
  parse(line) {
    const [, id] = /^end msg (\d+)$/.exec(line) ?? [];
    return id === undefined ? undefined : { kind: 'end', id: Number(id) };
  },
};
