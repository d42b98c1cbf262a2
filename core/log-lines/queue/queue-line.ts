// What one line of the delivery log says, in qmail-send's words and Waypost's few of its own. Addresses and reports are as the
// log writes them.
import type { Channel } from '../../control/classify.ts';
import { displayAddress } from '../../message/address.ts';
import { type OutcomeFields, parseOutcomeLine } from './delivery-fields.ts';

export type LogEvent =
  | { readonly kind: 'new' | 'end' | 'triple bounce'; readonly id: number }
  | { readonly kind: 'info'; readonly id: number; readonly info: MessageInfo }
  | { readonly kind: 'identity'; readonly id: number; readonly messageId: string }
  | ({ readonly kind: 'starting'; readonly id: number; readonly delivery: number } & LoggedRecipient)
  | ({ readonly kind: 'fields'; readonly delivery: number } & OutcomeFields)
  | { readonly kind: 'ended'; readonly delivery: number; readonly result: LoggedResult; readonly report: string }
  | ({ readonly kind: Decision; readonly id: number } & LoggedRecipient)
  | { readonly kind: 'bounce'; readonly id: number; readonly qp: number }
  /** Deliveries are counted from 1 again. */
  | { readonly kind: 'exiting' };

export interface MessageInfo {
  readonly sizeBytes: number;
  readonly sender: string;
  readonly qp: number;
  readonly uid: number;
}

export interface LoggedRecipient {
  readonly channel: Channel;
  readonly recipient: string;
}

type LoggedResult = 'success' | 'deferral' | 'failure';
/** What the owner of the host did about a recipient. */
type Decision = 'held' | 'released' | 'returned' | 'deleted';

type Reader = (fields: readonly string[]) => LogEvent;

const forms: readonly (readonly [start: string, form: RegExp, read: Reader])[] = [
  ['new ', /^new msg (\d+)$/, ([id]) => ({ kind: 'new', id: Number(id) })],
  ['end ', /^end msg (\d+)$/, ([id]) => ({ kind: 'end', id: Number(id) })],
  [
    'info ',
    /^info msg (\d+): bytes (\d+) from <(.*)> qp (\d+) uid (\d+)$/,
    ([id, bytes, sender = '', qp, uid]) => ({
      kind: 'info',
      id: Number(id),
      info: { sizeBytes: Number(bytes), sender, qp: Number(qp), uid: Number(uid) },
    }),
  ],
  [
    'starting ',
    /^starting delivery (\d+): msg (\d+) to (local|remote) (.*)$/,
    ([delivery, id, channel, recipient = '']) => ({
      kind: 'starting',
      delivery: Number(delivery),
      id: Number(id),
      channel: channel as Channel,
      recipient,
    }),
  ],
  [
    'delivery ',
    /^delivery (\d+): (?:(success|deferral|failure): (.*)|report mangled, will defer)$/,
    ([delivery, result = 'deferral', report = '']) => ({
      kind: 'ended',
      delivery: Number(delivery),
      result: result as LoggedResult,
      report,
    }),
  ],
  ['status: e', /^status: exiting$/, () => ({ kind: 'exiting' })],
  [
    'status: m',
    /^status: msg (\d+) is (<.*>)$/,
    ([id, messageId = '']) => ({ kind: 'identity', id: Number(id), messageId }),
  ],
  ['bounce ', /^bounce msg (\d+) qp (\d+)$/, ([id, qp]) => ({ kind: 'bounce', id: Number(id), qp: Number(qp) })],
  ['triple ', /^triple bounce: discarding bounce\/(\d+)$/, ([id]) => ({ kind: 'triple bounce', id: Number(id) })],
  ...(['held', 'released', 'returned', 'deleted'] as const).map(
    kind =>
      [
        `${kind} `,
        /^[a-z]+ msg (\d+) to (local|remote) (.*)$/,
        ([id, channel, recipient = '']: readonly string[]) => ({
          kind,
          id: Number(id),
          channel: channel as Channel,
          recipient,
        }),
      ] as const,
  ),
];

/** @param line without its stamp @returns undefined for lines about no message */
export function parseLogLine(line: string): LogEvent | undefined {
  const outcome = line.startsWith('status: d') ? parseOutcomeLine(line) : undefined;
  if (outcome) return { kind: 'fields', ...outcome };
  const found = forms.find(([start]) => line.startsWith(start));
  const fields = found?.[1].exec(line);
  return fields ? found?.[2](fields.slice(1)) : undefined;
}

/** The messages that a local delivery forwarded to: its report ends in lines `qp N`, and a line end is `/` in the log. */
export function forwardsIn(report: string): number[] {
  return [...report.matchAll(/(?<=^|\/)qp_(\d+)(?=\/|$)/g)].map(([, qp]) => Number(qp));
}

/** A report as near to its words as the log is: blanks and other odd bytes were all written as `_`. */
export function inWords(report: string): string {
  return displayAddress(report.replaceAll('_', ' '));
}

/** Line ends were written as slashes: where a sentence of ours begins, there was one. */
export function inLines(report: string): string {
  const lines = report.replaceAll(/\/(?=Remote host said: |Giving up on |I'm not going to try again|qp \d)/g, '\n');
  return lines.replace(/\/$/, '');
}
