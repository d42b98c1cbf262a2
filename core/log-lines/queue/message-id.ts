// `status: msg 7 is <a.b@c.example>`: the Message-ID. Waypost's own, in the form of a status line, which qmail's analysers skip.
import { logField } from '../field.ts';
import type { LineKind } from '../line-kind.ts';

export interface LoggedMessageId {
  readonly kind: 'message-id';
  readonly id: number;
  /** With its angle brackets. */
  readonly messageId: string;
}

export const loggedMessageId: LineKind<LoggedMessageId> = {
  start: 'status: msg ',
  format: ({ id, messageId }) => `status: msg ${id} is ${logField(messageId)}`,
  parse(line) {
    const [, id, messageId] = /^status: msg (\d+) is (<.*>)$/.exec(line) ?? [];
    return id === undefined || messageId === undefined ? undefined : { kind: 'message-id', id: Number(id), messageId };
  },
};
