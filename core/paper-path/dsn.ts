// What the sender of a message has asked to be told of it (RFC 3461), on its way with the envelope. Byte strings, as in SMTP.

/** Of the whole message. */
export interface MessageDsn {
  /** How much of the message a report of a failure returns; undefined: all. */
  readonly ret?: 'FULL' | 'HDRS' | undefined;
  /** The sender's name of the message, as xtext. */
  readonly envid?: string | undefined;
}

/** Of one recipient. */
export interface RecipientDsn {
  /** `NEVER`, or some of SUCCESS, FAILURE and DELAY between commas; undefined: FAILURE, and DELAY where it is usual. */
  readonly notify?: string | undefined;
  /** The recipient as the sender wrote it: `rfc822;` and xtext. */
  readonly orcpt?: string | undefined;
}

export interface EnvelopeDsn extends MessageDsn {
  /** Of all recipients for which nothing else is said. */
  readonly everyone?: RecipientDsn | undefined;
  /** At the place of the recipient in its envelope. */
  readonly recipients: readonly (RecipientDsn | undefined)[];
}

/** Something that a sender may be told of. */
export type Told = 'SUCCESS' | 'FAILURE' | 'DELAY';

/** Whether the sender has asked for it. */
export function asksFor(dsn: RecipientDsn | undefined, told: Told): boolean {
  return dsn?.notify?.split(',').includes(told) ?? false;
}

/** Whether the sender wants to hear nothing of it. */
export function rulesOut(dsn: RecipientDsn | undefined, told: Told): boolean {
  return dsn?.notify !== undefined && !asksFor(dsn, told);
}

/** The parameters of some of an envelope's recipients. @param at their places */
export function dsnOfSome(dsn: EnvelopeDsn | undefined, at: readonly number[]): EnvelopeDsn | undefined {
  return dsn && { ...dsn, recipients: at.map(place => dsn.recipients[place]) };
}
