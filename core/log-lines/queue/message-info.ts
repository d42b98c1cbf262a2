// `info msg 7: bytes 209 from <joe@a.example> qp 15550 uid 0`: a message's size and sender, and the process that queued it.
import { logField } from '../field.ts';
import type { LineKind } from '../line-kind.ts';

export interface MessageInfo {
  readonly kind: 'info';
  readonly id: number;
  readonly sizeBytes: number;
  readonly sender: string;
  /** The process that queued it (qmail-queue); in Waypost a number that no other message has. */
  readonly qp: number;
  readonly uid: number;
}

const form = /^info msg (\d+): bytes (\d+) from <(.*)> qp (\d+) uid (\d+)$/;

export const messageInfo: LineKind<MessageInfo> = {
  start: 'info msg ',
  format: ({ id, sizeBytes, sender, qp, uid }) =>
    `info msg ${id}: bytes ${sizeBytes} from <${logField(sender)}> qp ${qp} uid ${uid}`,
  parse(line) {
    const [, id, sizeBytes, sender, qp, uid] = form.exec(line) ?? [];
    if (id === undefined || sender === undefined) return undefined;
    return { kind: 'info', id: Number(id), sizeBytes: Number(sizeBytes), sender, qp: Number(qp), uid: Number(uid) };
  },
};
