// The notice that a message has arrived, for a sender who has asked for it (RFC 3461 section 6.2).
import type { Control } from '../../control/control.ts';
import { type Notice, type ReportedMessage, statusNotice } from './status-notice.ts';

/** How far this host can tell. */
export type SuccessAction = 'delivered' | 'relayed' | 'expanded';

export interface Arrived {
  /** For people: without the prepend of a virtual domain. */
  readonly address: string;
  /** The recipient as the sender wrote it (ORCPT). */
  readonly orcpt?: string | undefined;
  readonly action: SuccessAction;
}

const words: Readonly<Record<SuccessAction, string>> = {
  delivered: 'It was delivered.',
  relayed:
    'It was passed on to a host or a program that does not report deliveries. You will hear of it only if it fails there.',
  expanded: 'It was forwarded to several addresses. You will hear of these only what fails.',
};

/** RFC 3463: 2.1.5, the address is valid; 2.0.0 where that is not known. */
const statuses: Readonly<Record<SuccessAction, string>> = { delivered: '2.1.5', relayed: '2.0.0', expanded: '2.1.5' };

/** The subject is the one by which list managers know that nothing has failed (ezmlm-weed). */
export function successNotice(
  message: ReportedMessage,
  recipients: readonly Arrived[],
  control: Pick<Control, 'bounceFrom' | 'bounceHost'>,
  nowMs: number,
): Notice {
  const said = {
    subject: 'success notice',
    introduction: ['You have asked to be told what becomes of your message to the following addresses.'],
    recipients: recipients.map(one => ({ ...one, text: `${words[one.action]}\n`, status: statuses[one.action] })),
  };
  return statusNotice(message, said, control, nowMs);
}
