// Deliveries to other hosts (qmail-rspawn): one transaction for the recipients of a message that are tried at the same time and go
// to the same place, as far as control/remoterecipients allows it.
import { splitAddress } from '../message/address.ts';
import { dsnOfSome, type RecipientDsn } from '../paper-path/dsn.ts';
import type { Outcome } from '../paper-path/outcome.ts';
import type { Deliver, DeliveryGroup, DeliveryJob } from '../paper-path/shapes.ts';
import { createGroupOf } from './group.ts';
import { combine, isTooMany, type Reports } from './outcome-of-replies.ts';
import { createSend, type SendDeps, type Shipment } from './send.ts';

/** Delivers to other hosts by SMTP and QMTP. */
export function createRemoteDeliver(deps: SendDeps): Deliver {
  const send = createSend(deps);
  const groupOf = createGroupOf(deps.control);
  const groups = new Map<string, Group>();

  /** Adds a recipient to those of the same message and group in this turn of the event loop. */
  function join(job: DeliveryJob, host: string, { key: way, most }: DeliveryGroup): Promise<Outcome> {
    const key = `${job.id} ${way}`;
    const group = groups.get(key) ?? startGroup(key, job, host);
    const at = group.recipients.push(job.recipient) - 1;
    group.dsns.push(job.dsn);
    if (group.recipients.length >= most) group.close();
    return group.outcomes.then(outcomes => outcomes[at] as Outcome);
  }

  function startGroup(key: string, job: DeliveryJob, host: string): Group {
    const recipients: string[] = [];
    const dsns: (RecipientDsn | undefined)[] = [];
    const { promise, resolve } = Promise.withResolvers<readonly Outcome[]>();
    function close(): void {
      if (groups.get(key) !== group) return;
      groups.delete(key);
      resolve(sendAll({ ...shipmentOf(job, host, dsns), recipients }));
    }
    const group: Group = { recipients, dsns, close, outcomes: promise };
    groups.set(key, group);
    setImmediate(close);
    return group;
  }

  /** If a server accepts only some of the recipients at once (452, 552), the others are sent in another transaction. */
  async function sendAll(shipment: Shipment): Promise<readonly Outcome[]> {
    const reports = await send(shipment);
    const outcomes = shipment.recipients.map((_, at) => combine(reports.recipients[at], reports));
    const places = [...shipment.recipients.keys()].filter(at => isLeftOver(reports, at));
    const left = places.map(at => shipment.recipients[at] as string);
    if (left.length === 0 || left.length === shipment.recipients.length) return outcomes;
    const others = [...(await sendAll({ ...shipment, recipients: left, dsn: dsnOfSome(shipment.dsn, places) }))];
    return outcomes.map((outcome, at) => (isLeftOver(reports, at) ? (others.shift() as Outcome) : outcome));
  }

  return async job => {
    const host = splitAddress(job.recipient).host ?? '';
    const group = groupOf(job);
    if (group) return join(job, host, group);
    const reports = await send(shipmentOf(job, host, [job.dsn]));
    return combine(reports.recipients[0], reports);
  };
}

/** Recipients that share a transaction. */
interface Group {
  readonly recipients: string[];
  /** What the sender wants to be told of each. */
  readonly dsns: (RecipientDsn | undefined)[];
  readonly outcomes: Promise<readonly Outcome[]>;
  /** Sends it; no more recipients are added. */
  close(): void;
}

/** @param dsns those of the recipients, which may still be added */
function shipmentOf(job: DeliveryJob, host: string, dsns: readonly (RecipientDsn | undefined)[]): Shipment {
  const { ret, envid } = job.dsn ?? {};
  const dsn = dsns.some(Boolean) ? { ret, envid, recipients: dsns } : undefined;
  return { message: job, host, sender: job.sender, recipients: [job.recipient], dsn };
}

/** The message was accepted, but this recipient was beyond the server's limit. */
function isLeftOver({ recipients, message }: Reports, at: number): boolean {
  const recipient = recipients[at];
  return message.letter === 'K' && recipient?.reply !== undefined && isTooMany(recipient.reply);
}
