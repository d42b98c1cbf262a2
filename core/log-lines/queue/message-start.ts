// `new msg 7`: a message was accepted, and has this number until its end.
import type { LineKind } from '../line-kind.ts';

export interface MessageStart {
  readonly kind: 'new';
  readonly id: number;
}

export const messageStart: LineKind<MessageStart> = {
  start: 'new msg ',
  format: ({ id }) => `new msg ${id}`,
  parse(line) {
    const [, id] = /^new msg (\d+)$/.exec(line) ?? [];
    return id === undefined ? undefined : { kind: 'new', id: Number(id) };
  },
};
