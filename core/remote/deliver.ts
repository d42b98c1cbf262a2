// Deliveries to other hosts (qmail-rspawn): one transaction for each recipient, or, if control/remoterecipients allows it, one for
// several recipients of a message at one host that are tried at the same time.
import type { Control } from '../control/control.ts';
import { hasControls, lowerAscii, splitAddress } from '../message/address.ts';
import type { Outcome } from '../paper-path/outcome.ts';
import type { Deliver, DeliveryJob } from '../paper-path/shapes.ts';
import { combine, isTooMany, type Reports } from './outcome-of-replies.ts';
import { createSend, type SendDeps, type Shipment } from './send.ts';

/** Delivers to other hosts by SMTP and QMTP. */
export function createRemoteDeliver(deps: SendDeps): Deliver {
  const send = createSend(deps);
  const groups = new Map<string, Group>();

  /** Adds a recipient to the group with the same message, sender and host in this turn of the event loop. */
  function join(job: DeliveryJob, host: string, limit: number): Promise<Outcome> {
    const key = `${job.id} ${lowerAscii(host)} ${job.sender}`;
    const group = groups.get(key) ?? startGroup(key, job, host);
    const at = group.recipients.push(job.recipient) - 1;
    if (group.recipients.length >= limit) group.close();
    return group.outcomes.then(outcomes => outcomes[at] as Outcome);
  }

  function startGroup(key: string, job: DeliveryJob, host: string): Group {
    const recipients: string[] = [];
    const { promise, resolve } = Promise.withResolvers<readonly Outcome[]>();
    function close(): void {
      if (groups.get(key) !== group) return;
      groups.delete(key);
      resolve(sendAll({ ...shipmentOf(job, host), recipients }));
    }
    const group: Group = { recipients, close, outcomes: promise };
    groups.set(key, group);
    setImmediate(close);
    return group;
  }

  /** If a server accepts only some of the recipients at once (452, 552), the others are sent in another transaction. */
  async function sendAll(shipment: Shipment): Promise<readonly Outcome[]> {
    const reports = await send(shipment);
    const outcomes = shipment.recipients.map((_, at) => combine(reports.recipients[at], reports));
    const left = shipment.recipients.filter((_, at) => isLeftOver(reports, at));
    if (left.length === 0 || left.length === shipment.recipients.length) return outcomes;
    const others = [...(await sendAll({ ...shipment, recipients: left }))];
    return outcomes.map((outcome, at) => (isLeftOver(reports, at) ? (others.shift() as Outcome) : outcome));
  }

  /** Undefined: the control files cannot be read, which sending will report. */
  function controlNow(): Control | undefined {
    try {
      return deps.control();
    } catch {
      return undefined;
    }
  }

  return async job => {
    const host = splitAddress(job.recipient).host ?? '';
    const control = controlNow();
    const limit = control?.remoteRecipients ?? 1;
    // An address that cannot be sent fails alone.
    if (limit > 1 && !hasControls(job.recipient)) return join(job, host, limit);
    const reports = await send(shipmentOf(job, host), control);
    return combine(reports.recipients[0], reports);
  };
}

/** Recipients that share a transaction. */
interface Group {
  readonly recipients: string[];
  readonly outcomes: Promise<readonly Outcome[]>;
  /** Sends it; no more recipients are added. */
  close(): void;
}

function shipmentOf(job: DeliveryJob, host: string): Shipment {
  return { message: job, host, sender: job.sender, recipients: [job.recipient] };
}

/** The message was accepted, but this recipient was beyond the server's limit. */
function isLeftOver({ recipients, message }: Reports, at: number): boolean {
  const recipient = recipients[at];
  return message.letter === 'K' && recipient?.reply !== undefined && isTooMany(recipient.reply);
}
