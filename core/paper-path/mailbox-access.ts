// How services that write mail (the composer, fetching) use the owner's mailboxes without importing them.

/** The owner's messages as files. Ids are `<mailbox>/<unique name>`, flags are Maildir's letters. */
export interface MailboxAccess {
  /** The message's bytes. @throws ApiError `gone` when there is no such message (any more) */
  raw(id: string): Promise<Buffer>;
  /**
   * Writes a message into a mailbox durably (a missing mailbox is created). @returns its id
   * @param madeOf the id of the message that this one is made from: a second message made from it is not written again
   */
  add(mailbox: string, raw: Uint8Array, flags: readonly string[], madeOf?: string): Promise<string>;
  /** Adds flags to a message; does nothing when it is gone. */
  flag(id: string, add: readonly string[]): Promise<void>;
  /** Removes a message. @returns false when it is gone already */
  remove(id: string): Promise<boolean>;
  /** The addresses to which messages here were written, as far as they are known by now. */
  addressees(): Iterable<string>;
  /** The ids of all messages in a usual mailbox. */
  idsIn(mailbox: 'Drafts'): readonly string[];
  /** Whether a message of that id is in a usual mailbox, whatever its folder is called. */
  isIn(mailbox: 'Drafts' | 'Sent', id: string): boolean;
}
