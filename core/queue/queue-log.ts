// The delivery log, in qmail-send's own words: one function per event, so that qmailanalog and people can read it.
import type { Channel } from '../control/classify.ts';
import type { LogLine } from '../lib/log.ts';
import { shortened } from '../lib/text/shortened.ts';
import { formatOutcomeLine, outcomeFields } from '../log-lines/queue/delivery-fields.ts';
import type { Outcome } from '../paper-path/outcome.ts';

const outcomeWord = { done: 'success', later: 'deferral', never: 'failure' } as const;

export type Decided = 'held' | 'released' | 'returned' | 'deleted';

/** What happens in the queue, as log lines. */
export interface QueueLog {
  newMessage(id: number): void;
  info(id: number, sizeBytes: number, sender: string, qp: number, uid: number): void;
  /** Waypost's own, in the form of a status line: qmail's analysers pass over those. */
  identity(id: number, messageId: string): void;
  /** As control/loghashes asks for it, in the same form. */
  hash(id: number, sha256: string): void;
  starting(delivery: number, id: number, channel: Channel, recipient: string): void;
  ended(delivery: number, outcome: Outcome): void;
  /** Waypost's own: the fields of the outcome, before its line. */
  fields(delivery: number, outcome: Outcome): void;
  status(running: Readonly<Record<Channel, number>>, limit: Readonly<Record<Channel, number>>, stopping: boolean): void;
  exiting(): void;
  bounced(id: number, qp: number): void;
  tripleBounce(id: number): void;
  /** Thrown away, as control/doublebounceto says. */
  doubleBounce(id: number): void;
  /** The owner of the host decided about recipients of a message. */
  decided(what: Decided, id: number, channel: Channel, recipient: string): void;
  end(id: number): void;
  warning(text: string): void;
  alert(text: string): void;
}

/** Writes the events to a sink. @param queueDir files below it are named as qmail-send names them: `mess/16/2187270` */
export function createQueueLog(line: LogLine, queueDir: string): QueueLog {
  const fromQueue = (text: string): string => text.replaceAll(`${queueDir}/`, '');
  return {
    newMessage: id => line(`new msg ${id}`),
    info: (id, size, sender, qp, uid) =>
      line(`info msg ${id}: bytes ${size} from <${logSafe(sender)}> qp ${qp} uid ${uid}`),
    identity: (id, messageId) => line(`status: msg ${id} is ${logSafe(messageId)}`),
    hash: (id, sha256) => line(`status: msg ${id} has sha256 ${sha256}`),
    starting: (delivery, id, channel, recipient) =>
      line(`starting delivery ${delivery}: msg ${id} to ${channel} ${logSafe(recipient)}`),
    ended: (delivery, outcome) =>
      line(`delivery ${delivery}: ${outcomeWord[outcome.kind]}: ${logSafe(shortened(outcome.text))}`),
    fields(delivery, outcome) {
      const fields = formatOutcomeLine(delivery, outcomeFields(outcome), text => logSafe(shortened(text)));
      if (fields) line(fields);
    },
    status: (running, limit, stopping) =>
      line(
        `status: local ${running.local}/${limit.local} remote ${running.remote}/${limit.remote}${stopping ? ' exitasap' : ''}`,
      ),
    exiting: () => line('status: exiting'),
    bounced: (id, qp) => line(`bounce msg ${id} qp ${qp}`),
    decided: (what, id, channel, recipient) => line(`${what} msg ${id} to ${channel} ${logSafe(recipient)}`),
    doubleBounce: id => line(`double bounce: discarding bounce/${id}`),
    tripleBounce: id => line(`triple bounce: discarding bounce/${id}`),
    end: id => line(`end msg ${id}`),
    warning: text => line(`warning: ${fromQueue(text)}`),
    alert: text => line(`alert: ${fromQueue(text)}`),
  };
}

/** Text from mail made harmless for a log line: LF becomes `/`; blanks, controls, 8-bit bytes and `%` become `_`. */
export function logSafe(text: string): string {
  return text.replace(/\n/g, '/').replace(/[^!-$&-~]/g, '_');
}
