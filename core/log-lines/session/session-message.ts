// `smtpd: message 17 bytes 1200 from <a@b.example> to 2 qp 15550`: a session has queued a message.
import { logWord } from '../../lib/text/log-word.ts';
import type { LineKind } from '../line-kind.ts';

export interface SessionMessage {
  readonly kind: 'session-message';
  readonly server: string;
  readonly number: number;
  readonly sizeBytes: number;
  readonly sender: string;
  /** Their number. */
  readonly recipients: number;
  /** As in the delivery log's `info msg`. */
  readonly qp: number;
}

const form = /^(\w+): message (\d+) bytes (\d+) from <(.*)> to (\d+) qp (\d+)$/;

export const sessionMessage: Omit<LineKind<SessionMessage>, 'start'> = {
  format: ({ server, number, sizeBytes, sender, recipients, qp }) =>
    `${server}: message ${number} bytes ${sizeBytes} from <${logWord(sender)}> to ${recipients} qp ${qp}`,
  parse(line) {
    const [, server, number, sizeBytes, sender, recipients, qp] = form.exec(line) ?? [];
    if (server === undefined || sender === undefined) return undefined;
    return {
      kind: 'session-message',
      server,
      number: Number(number),
      sizeBytes: Number(sizeBytes),
      sender,
      recipients: Number(recipients),
      qp: Number(qp),
    };
  },
};
